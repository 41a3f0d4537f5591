using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Commands;

public sealed class LogsCommandTests
{
    [Fact]
    public async Task Lines_of_functions_and_of_the_mesh_are_shown_by_app_and_followed_until_the_mesh_ends()
    {
        await using var reports = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Speaker("one", reports.Url), Speaker("two", reports.Url));

        var one = await mesh.CommandAsync("logs", "one");
        Assert.Equal(new Finished(0, "one/one-v1 | said by one\n", ""), one);
        var json = await mesh.CommandAsync("logs", "--revision", "two-v1", "--tail", "1", "-o", "json");
        var line = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(("two", "two-v1", "said by two"), (line.GetProperty("app").GetString(), line.GetProperty("revision").GetString(), line.GetProperty("text").GetString()));
        Assert.True(line.GetProperty("time").TryGetDateTimeOffset(out _));
        Assert.Equal("", (await mesh.CommandAsync("logs", "--tail", "0")).Output);
        var misspelt = await mesh.CommandAsync("logs", "onee");
        Assert.True(misspelt.Code == 1 && misspelt.Error.Contains("did you mean 'one'?", StringComparison.Ordinal), $"{misspelt}");

        await using var all = UpProcess.Following(mesh.Folder.Path, "logs", "-f");
        await using var two = UpProcess.Following(mesh.Folder.Path, "logs", "two", "-f", "--tail", "1");
        await all.Output.FirstAsync(said => said == "one/one-v1 | said by one");
        await two.Output.FirstAsync(said => said == "two/two-v1 | said by two");
        await mesh.WriteLiveAsync(Speaker("one", reports.Url), Speaker("two", reports.Url), Yaml.App("web", "http://127.0.0.1:1"));
        await all.Output.FirstAsync(said => said.StartsWith("fnmesh | policy ", StringComparison.Ordinal) && said.EndsWith(" live: 3 apps, 0 routes, 0 subscriptions", StringComparison.Ordinal));
        Assert.Equal(0, await two.StopAsync("INT"));

        Assert.Equal(0, await mesh.Up.StopAsync());
        Assert.Equal(0, await Patience.ForAsync(all.Exited, () => "logs -f ends with the mesh"));
        Assert.All(two.Output.Items, said => Assert.StartsWith("two/two-v1 | ", said, StringComparison.Ordinal));
        Assert.Empty(all.Errors.Items);
    }

    /// <summary>An app that says something, then is the relay.</summary>
    private static string Speaker(string name, string to) => $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: {{name}} }
        spec:
          revisions:
            - name: {{name}}-v1
              run: { command: [ sh, -c, 'echo said by {{name}}; exec "$@"', sh, {{string.Join(", ", RelayFunction.Command.Select(word => $"'{word}'"))}} ] }
              env: { {{RelayFunction.To}}: "{{to}}" }
        """;
}
