using System.Net.NetworkInformation;
using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Up;

/// <summary>The commands of every day around <c>up</c>.</summary>
public sealed class EverydayTests
{
    [Fact]
    public async Task Down_ends_the_up_of_a_folder_in_order_and_is_content_when_there_is_none()
    {
        await using var mesh = await Mesh.StartAsync(Yaml.App("web", "http://127.0.0.1:1"));

        Assert.Equal(new Finished(0, "", ""), await mesh.CommandAsync("down"));
        Assert.Equal(0, await Patience.ForAsync(mesh.Up.Exited, () => "up ends"));
        Assert.Equal(0, (await mesh.CommandAsync("down")).Code);
    }

    [Fact]
    public async Task Down_ends_the_up_whose_control_it_is_told()
    {
        await using var mesh = await Mesh.StartAsync(Yaml.App("web", "http://127.0.0.1:1"));
        using var elsewhere = new TempFolder();

        Assert.Equal(new Finished(0, "", ""), await FnMeshProgram.RunAsync(elsewhere.Path, "down", "--control", mesh.Up.Control.AbsoluteUri));
        Assert.Equal(0, await Patience.ForAsync(mesh.Up.Exited, () => "up ends"));
    }

    [Fact]
    public async Task Wait_ends_when_the_mesh_is_ready()
    {
        Assert.SkipWhen(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == 7070), "a mesh of somebody else runs on port 7070, and 'wait' asks it while its own folder has none");
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", Yaml.App("web", "http://127.0.0.1:1"));
        var waiting = FnMeshProgram.RunAsync(folder.Path, "wait", "-o", "json");
        await using var up = await UpProcess.ReadyAsync(folder.Path);

        var ready = await waiting;
        Assert.True(ready.Code == 0, $"{ready}");
        Assert.Equal(up.Gateway, new Uri(JsonDocument.Parse(ready.Output).RootElement.GetProperty("gateway").GetString()!));
    }

    [Fact]
    public async Task Wait_gives_up_after_its_timeout_and_says_what_it_saw()
    {
        using var folder = new TempFolder();
        var finished = await FnMeshProgram.RunAsync(folder.Path, "wait", "--control", "http://127.0.0.1:1", "--timeout", "1");

        Assert.Equal(4, finished.Code);
        Assert.Contains("not ready within 1 s: cannot reach http://127.0.0.1:1", finished.Error, StringComparison.Ordinal);
    }
}
