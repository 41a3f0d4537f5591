using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class IdentityCommand
{
    public static Command Create(Terminal terminal) => new("identity", "Look at identities of the mesh.") { Show(terminal) };

    private static Command Show(Terminal terminal)
    {
        var command = new Command("show", "Show who you are in the mesh, and whom it trusts.");
        ControlSession.Attach(command, terminal, async (session, _, cancel) =>
        {
            if (await session.FindUpAsync(cancel) is not { } up)
            {
                terminal.Complain("your identity belongs to the mesh of an 'fnmesh up'; go to the folder of one that runs");
                return ExitCode.Unreachable;
            }

            var (person, fault) = await Person.JoinAsync(up, terminal.Time, cancel);
            if (person is null)
            {
                terminal.Complain(fault!);
                return ExitCode.Unreachable;
            }

            await using (person)
                return session.Print(Describe(person), YamlText.Write);
        });
        return command;
    }

    private static JsonObject Describe(Person person)
    {
        var (svid, bundle) = (person.Credentials.Svid, person.Credentials.Bundle);
        return new JsonObject
        {
            ["identity"] = svid.Id.ToString(),
            ["notBefore"] = Time(svid.NotBefore),
            ["notAfter"] = Time(svid.NotAfter),
            ["signer"] = svid.Leaf.Issuer,
            ["trustDomain"] = bundle.TrustDomain,
            ["authorities"] = new JsonArray([.. bundle.Authorities.Select(authority => (JsonNode)new JsonObject { ["name"] = authority.Subject, ["notAfter"] = Time(authority.NotAfter) })]),
        };
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
