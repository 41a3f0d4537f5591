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

            return await RunAsync(session, publication, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(ControlSession session, Publication publication, CancellationToken cancel)
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
            return session.Fail(answer);
        var accepted = new JsonObject
        {
            ["status"] = answer.Status,
            ["ids"] = new JsonArray([.. publication.Ids.Select(id => (JsonNode)id)]),
        };
        return session.Print(accepted, _ => string.Join('\n', publication.Ids.Select(id => $"{TextTable.Visible(id)} {answer.Status}")));
    }
}
