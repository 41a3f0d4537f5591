using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class PublishCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new PublishOptions();
        var command = new Command("publish", "Publish an event through the gateway.");
        options.AddTo(command);
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var publication = await Publication.ReadAsync(options, parsed, terminal, cancel);
            if (publication is not { Fault: null })
            {
                terminal.Complain(publication.Fault);
                return ExitCode.WrongUsage;
            }

            return await RunAsync(session, publication, terminal, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(ControlSession session, Publication publication, Terminal terminal, CancellationToken cancel)
    {
        var gateway = session.Address.Gateway;
        if (gateway is null)
        {
            var mesh = await session.GetAsync("/api/v1/mesh", cancel);
            if (!mesh.Succeeded)
                return session.Fail(mesh);
            if (!Uri.TryCreate(mesh.Body.Text("gateway"), UriKind.Absolute, out gateway))
                return session.Fail(mesh with { Exit = ExitCode.Failed, Failure = $"{session.Address.Control} names no gateway; is it a FnMesh control service?" });
        }

        var answer = await session.SendAsync(publication.ToRequest(new Uri(gateway, "/events")), cancel);
        if (!answer.Succeeded)
        {
            var exit = session.Fail(answer);
            if (answer.Body.Text("verdict") == "Denied" && await PermitAsync(session, publication, answer, cancel) is { } permit)
                await terminal.Error.WriteLineAsync(permit);
            return exit;
        }

        var accepted = new JsonObject
        {
            ["status"] = answer.Status,
            ["ids"] = new JsonArray([.. publication.Ids.Select(id => (JsonNode)id)]),
        };
        return session.Print(accepted, _ => string.Join('\n', publication.Ids.Select(id => $"{TextTable.Visible(id)} {answer.Status}")));
    }

    /// <summary>Null when nobody knows.</summary>
    private static async Task<string?> PermitAsync(ControlSession session, Publication publication, Answer denied, CancellationToken cancel)
    {
        var policies = await session.GetAsync("/api/v1/resources/authorizationpolicies", cancel);
        return policies.Succeeded ? PublishPermit.Explain(denied.Body.Text("detail"), [.. policies.Body.Items()], publication.Types) : null;
    }
}
