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
        var anonymous = new Option<bool>("--anonymous") { Description = "Publish as a caller from outside, through the edge, and not as who you are" };
        var command = new Command("publish", "Publish an event through the gateway, with your own identity.") { anonymous };
        options.AddTo(command);
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var publication = await Publication.ReadAsync(options, parsed, terminal, cancel);
            if (publication is not { Fault: null })
            {
                terminal.Complain(publication.Fault);
                return ExitCode.WrongUsage;
            }

            return await RunAsync(session, publication, parsed.GetValue(anonymous), terminal, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(ControlSession session, Publication publication, bool anonymous, Terminal terminal, CancellationToken cancel)
    {
        var sent = anonymous ? await SendFromOutsideAsync(session, publication, cancel) : await SendAsPersonAsync(session, publication, cancel);
        if (sent is not { } answer) return session.FailWithoutPerson("publish", ", or publish from outside with --anonymous");
        if (!answer.Succeeded)
        {
            var exit = session.Fail(answer);
            if (answer.Body.Text("verdict") == "Denied" && await PermitAsync(session, publication, answer, anonymous ? "anonymous" : "user/*", cancel) is { } permit)
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

    /// <summary>Null when there is no person.</summary>
    private static async Task<Answer?> SendAsPersonAsync(ControlSession session, Publication publication, CancellationToken cancel)
    {
        var (person, fault) = await session.JoinAsync(cancel);
        if (person is null) return fault;
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
