using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;
using FnMesh.Node.Members;

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
        var up = await session.FindUpAsync(cancel);
        var answer = up is not null
            ? await SendAsPersonAsync(up, session, publication, terminal, cancel)
            : await SendFromOutsideAsync(session, publication, cancel);
        if (!answer.Succeeded)
        {
            var exit = session.Fail(answer);
            if (answer.Body.Text("verdict") == "Denied" && await PermitAsync(session, publication, answer, up is null ? "anonymous" : "user/*", cancel) is { } permit)
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

    private static async Task<Answer> SendAsPersonAsync(UpFile up, ControlSession session, Publication publication, Terminal terminal, CancellationToken cancel)
    {
        var (person, fault) = await Person.JoinAsync(up, terminal.Time, cancel);
        if (person is null)
            return new Answer(0, null, ExitCode.Unreachable, fault!);
        await using (person)
            return await person.Http.SendAsync(publication.ToRequest(new Uri("http://broker/events")), session.Address.Source, cancel);
    }

    private static async Task<Answer> SendFromOutsideAsync(ControlSession session, Publication publication, CancellationToken cancel)
    {
        var mesh = await session.GetAsync("/api/v1/mesh", cancel);
        if (!mesh.Succeeded)
            return mesh;
        return Uri.TryCreate(mesh.Body.Text("gateway"), UriKind.Absolute, out var gateway)
            ? await session.SendAsync(publication.ToRequest(new Uri(gateway, "/events")), cancel)
            : mesh with { Exit = ExitCode.Failed, Failure = $"{session.Address.Control} names no gateway; is it a FnMesh control service?" };
    }

    /// <summary>Null when nobody knows.</summary>
    private static async Task<string?> PermitAsync(ControlSession session, Publication publication, Answer denied, string principal, CancellationToken cancel)
    {
        var policies = await session.GetAsync("/api/v1/resources/authorizationpolicies", cancel);
        return policies.Succeeded ? PublishPermit.Explain(denied.Body.Text("detail"), [.. policies.Body.Items()], principal, publication.Types) : null;
    }
}
