using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Up;

public sealed class DetachTests
{
    private static readonly string[] Ports = ["--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0"];

    [Fact]
    public async Task A_detached_mesh_is_ready_when_the_command_ends_goes_on_and_ends_by_down()
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", $"{Yaml.App("web", "http://127.0.0.1:1")}\n---\n{Yaml.Route("web", "web")}\n");

        var up = await StartAsync(folder);
        Assert.True(up.Code == 0, $"{up}");
        var lines = up.Output.TrimEnd().Split('\n');
        Assert.StartsWith("web  web  ANY  http://127.0.0.1:", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("ready {", lines[^1], StringComparison.Ordinal);
        Assert.Equal(0, (await FnMeshProgram.RunAsync(folder.Path, "get", "functionapps")).Code);
        var second = await StartAsync(folder);
        Assert.Equal(1, second.Code);
        Assert.Contains("is in use by another 'fnmesh up'", second.Error, StringComparison.Ordinal);

        Assert.Equal(new Finished(0, "", ""), await FnMeshProgram.RunAsync(folder.Path, "down"));
        Assert.Equal([.. lines, "fnmesh: ending"], File.ReadAllLines(folder[".fnmesh/up.log"]));
    }

    [Fact]
    public async Task One_that_does_not_become_ready_ends_with_1_and_the_reason_and_leaves_nothing()
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", """
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: broken }
            spec: { revisions: [ { name: broken-v1, run: { command: [ sh, -c, "echo no luck; exit 7" ] } } ] }
            """);

        var up = await StartAsync(folder);
        Assert.Equal(1, up.Code);
        Assert.Contains("broken/broken-v1 | no luck", up.Error, StringComparison.Ordinal);
        Assert.Contains("broken/broken-v1 does not start", up.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ready {", up.Output, StringComparison.Ordinal);
        Assert.Contains("no 'up' of", (await FnMeshProgram.RunAsync(folder.Path, "down")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_is_refused_is_3_in_the_background_too()
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", "kind: Mesh\n");
        var up = await StartAsync(folder);
        Assert.Equal(3, up.Code);
        Assert.Contains("error FNM1104", up.Error, StringComparison.Ordinal);
    }

    private static Task<Finished> StartAsync(TempFolder folder) => FnMeshProgram.RunAsync(folder.Path, ["up", folder.Path, .. Ports, "--detach"]);
}
