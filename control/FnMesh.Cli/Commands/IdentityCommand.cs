using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class IdentityCommand
{
    /// <summary>Control waits for silent nodes until their leases end, twice when the authority is replaced.</summary>
    private static readonly TimeSpan RotateTimeout = TimeSpan.FromSeconds(60);

    public static Command Create(Terminal terminal) => new("identity", "Look at identities of the mesh, and replace them.") { Show(terminal), Rotate(terminal) };

    private static Command Show(Terminal terminal)
    {
        var command = new Command("show", "Show who you are in the mesh, and whom it trusts.");
        ControlSession.Attach(command, terminal, async (session, _, cancel) =>
        {
            var mesh = await session.GetAsync("/api/v1/identity", cancel);
            if (mesh is not { Succeeded: true, Body: JsonObject trusted }) return session.Fail(mesh);
            var (person, fault) = await session.JoinAsync(cancel);
            // Without an 'up' and a token there is no person, but still whom the mesh trusts.
            if (person is null) return fault is null ? session.Print(trusted, YamlText.Write) : session.Fail(fault.Value);
            await using (person)
                return session.Print(Describe(person, trusted), YamlText.Write);
        });
        return command;
    }

    private static Command Rotate(Terminal terminal)
    {
        var authority = new Option<bool>("--authority") { Description = "Replace the authority of the mesh as well" };
        var command = new Command("rotate", "Give every member a new key and SVID; calls and events go on.") { authority };
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            using var http = new MeshHttp(patience: RotateTimeout);
            var path = parsed.GetValue(authority) ? "/api/v1/identity/rotate?authority=true" : "/api/v1/identity/rotate";
            var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(session.Address.Control, path)), session.Address.Source, cancel);
            return answer is { Succeeded: true, Body: { } body } ? session.Print(body, YamlText.Write) : session.Fail(answer);
        });
        return command;
    }

    private static JsonObject Describe(Person person, JsonObject mesh)
    {
        var svid = person.Credentials.Svid;
        var described = new JsonObject
        {
            ["identity"] = svid.Id.ToString(),
            ["notBefore"] = Time(svid.NotBefore),
            ["notAfter"] = Time(svid.NotAfter),
            ["signer"] = svid.Leaf.Issuer,
        };
        foreach (var (name, value) in mesh) described[name] = value?.DeepClone();
        return described;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
