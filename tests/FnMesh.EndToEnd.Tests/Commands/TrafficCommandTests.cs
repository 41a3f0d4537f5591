using System.Net;
using System.Text;
using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Commands;

public sealed class TrafficCommandTests
{
    private const string Note = "# nobody removes this";

    [Fact]
    public async Task A_split_that_the_command_writes_is_live_when_it_ends_and_the_rest_of_the_file_stays()
    {
        await using var one = await FunctionServer.StartAsync(_ => new Answer(200, "one"), keep: false);
        await using var two = await FunctionServer.StartAsync(_ => new Answer(200, "two"), keep: false);
        await using var mesh = await Mesh.StartAsync(Yaml.App("prices", (one.Url, 100), (two.Url, 0)) + $"   {Note}", Yaml.Route("prices", "prices"));
        var file = mesh.Folder["policies/mesh.yaml"];
        var before = File.ReadAllText(file);

        var changed = await mesh.CommandAsync("traffic", "prices", "prices-v2=100");

        Assert.True(changed.Code == 0, $"{changed}");
        Assert.Contains("prices-v2  100      100 %", changed.Output, StringComparison.Ordinal);
        Assert.Matches(@"^written to .*mesh\.yaml:1:1 and live\s$", changed.Error);
        foreach (var _ in Enumerable.Range(0, 20)) Assert.Equal("two", await (await mesh.GetAsync("/prices")).Content.ReadAsStringAsync());
        Assert.Equal(before.Replace("percent: 100", "percent: X", StringComparison.Ordinal).Replace("percent: 0 ", "percent: 100 ", StringComparison.Ordinal).Replace("percent: X", "percent: 0", StringComparison.Ordinal), File.ReadAllText(file));

        var shown = await mesh.CommandAsync("traffic", "prices", "-o", "json");
        Assert.Equal(100, JsonDocument.Parse(shown.Output).RootElement.GetProperty("traffic")[1].GetProperty("percent").GetInt32());
        var again = await mesh.CommandAsync("traffic", "prices", "prices-v1=0%", "prices-v2=100%");
        Assert.True(again.Code == 0 && again.Error.Contains("as it was written already", StringComparison.Ordinal), $"{again}");
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_its_reason_and_writes_nothing()
    {
        await using var mesh = await Mesh.StartAsync(Yaml.App("prices", ("http://127.0.0.1:1", 90), ("http://127.0.0.1:1", 10)));
        var file = mesh.Folder["policies/mesh.yaml"];
        var before = File.ReadAllText(file);

        var misspelt = await mesh.CommandAsync("traffic", "prices", "prices-v3=100");
        Assert.True(misspelt.Code == 1 && misspelt.Error.Contains("has no revision 'prices-v3'; did you mean 'prices-v1'?", StringComparison.Ordinal), $"{misspelt}");
        var unknown = await mesh.CommandAsync("traffic", "price", "prices-v1=100");
        Assert.True(unknown.Code == 1 && unknown.Error.Contains("there is no app 'price'; did you mean 'prices'?", StringComparison.Ordinal), $"{unknown}");
        Assert.Equal(2, (await mesh.CommandAsync("traffic", "prices", "prices-v1=99")).Code);

        mesh.Folder.Write("policies/other.yaml", "apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\nbad: true\n");
        await mesh.Up.Errors.FirstAsync(line => line.Contains("stays live: the edit was refused", StringComparison.Ordinal));
        var refused = await mesh.CommandAsync("traffic", "prices", "prices-v1=50", "prices-v2=50");
        Assert.True(refused.Code == 3, $"{refused}");
        Assert.Matches(@"other\.yaml:4:1: error FNM1103: ", refused.Error);

        using var page = new HttpRequestMessage(HttpMethod.Put, new Uri(mesh.Up.Control, "/api/v1/apps/prices/traffic"))
        {
            Content = new StringContent("""{"traffic":[{"revisionName":"prices-v1","percent":100}]}""", Encoding.UTF8, "application/json"),
            Headers = { { "Origin", "https://elsewhere.example" } },
        };
        Assert.Equal(HttpStatusCode.Forbidden, (await mesh.Http.SendAsync(page)).StatusCode);
        foreach (var (body, told) in (ReadOnlySpan<(string, string)>)[
            ("""{"traffic":[{"revisionName":"prices-v1","percent":"all"}]}""", "no split at $.traffic[0].percent, line 1; write {"),
            ("""{"traffic":[{"revisionName":"prices-v1"}]}""", "no split at $.traffic[0], line 1; write {"),
            ("""{"traffic":[}""", "no split at $.traffic[0], line 1; write {")])
        {
            using var bad = new HttpRequestMessage(HttpMethod.Put, new Uri(mesh.Up.Control, "/api/v1/apps/prices/traffic")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            var detail = JsonDocument.Parse(mesh.Http.Send(bad).Content.ReadAsStream()).RootElement.GetProperty("detail").GetString()!;
            Assert.Contains(told, detail, StringComparison.Ordinal);
            Assert.DoesNotContain("FnMesh.", detail, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllText(file));
    }

    [Fact]
    public async Task A_mesh_that_follows_no_edits_writes_none()
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", Yaml.App("prices", ("http://127.0.0.1:1", 90), ("http://127.0.0.1:1", 10)));
        await using var up = await UpProcess.ReadyAsync(folder.Path, "--no-watch");

        var refused = await FnMeshProgram.RunAsync(folder.Path, "traffic", "prices", "prices-v1=100");

        Assert.True(refused.Code == 1 && refused.Error.Contains("--no-watch", StringComparison.Ordinal), $"{refused}");
        Assert.Contains("percent: 90", File.ReadAllText(folder["policies/mesh.yaml"]), StringComparison.Ordinal);
    }
}
