using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Commands;

public sealed class DescribeCommandTests
{
    [Fact]
    public async Task Every_value_that_acts_is_described_with_its_origin_and_a_refused_edit_is_a_condition()
    {
        const string Careful = """
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: careful }
            spec: { targetRefs: [ { kind: FunctionApp, name: prices } ], timeouts: { request: 2s } }
            """;
        await using var mesh = await Mesh.StartAsync(Yaml.App("prices", "http://127.0.0.1:1"), Yaml.Route("prices", "prices"), Careful);

        var route = await mesh.CommandAsync("describe", "httproute", "prices");

        Assert.True(route.Code == 0, $"{route}");
        Assert.Matches(@"(?m)^  Ready +True ", route.Output);
        Assert.Matches(@"(?m)^  timeouts\.request +2s +TrafficPolicy careful +\S*mesh\.yaml:\d+:\d+$", route.Output);
        Assert.Matches(@"(?m)^  retry\.attempts +1 +HTTPRoute prices +\S*mesh\.yaml:\d+:\d+$", route.Output);
        Assert.Matches(@"(?m)^  retry\.backoff +50ms +default$", route.Output);

        var app = JsonDocument.Parse((await mesh.CommandAsync("describe", "FunctionApps", "prices", "-o", "json")).Output).RootElement;
        Assert.Equal("http://127.0.0.1:1", app.GetProperty("revisions")[0].GetProperty("endpoints")[0].GetString());
        Assert.Equal(1, (await mesh.CommandAsync("describe", "functionapp", "nobody")).Code);

        mesh.Write(Yaml.App("prices", "http://127.0.0.1:1") + "\nbad: true");
        await mesh.Up.Errors.FirstAsync(line => line.Contains("stays live: the edit was refused", StringComparison.Ordinal));
        Assert.Matches(@"(?m)^  Accepted +False +EditRefused .*error FNM1103", (await mesh.CommandAsync("describe", "functionapp", "prices")).Output);
    }
}
