using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Commands;

public sealed class DoctorCommandTests
{
    [Fact]
    public async Task A_mesh_that_runs_well_has_nothing_to_mend_and_what_a_killed_one_left_is_named()
    {
        await using var mesh = await Mesh.StartAsync(Yaml.App("web", "http://127.0.0.1:1"));

        var well = await mesh.CommandAsync("doctor");
        Assert.True(well.Code == 0, $"{well}");
        Assert.All(new[] { "sdk", "policy", "ports", "data", "up", "disk", "identities", "certificates", "control", "nodes" }, check => Assert.Matches($"(?m)^ok +{check} ", well.Output));
        Assert.Contains($"pid {mesh.Up.Id}", well.Output, StringComparison.Ordinal);

        await mesh.Up.KillAsync(withChildren: true);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(mesh.Folder[".fnmesh/tokens/user.token"], (UnixFileMode)0b110_100_100);
        mesh.Write(Yaml.App("web", "http://127.0.0.1:1") + "\nbad: true");
        var ill = await mesh.CommandAsync("doctor");

        Assert.True(ill.Code == 1, $"{ill}");
        Assert.Matches(@"(?m)^warn +up .*up\.json tells of an 'up' \(pid \d+\) that has ended .* → start 'fnmesh up' again, or delete ", ill.Output);
        Assert.Matches(@"(?m)^fail +policy .*mesh\.yaml:\d+:\d+: error FNM1103", ill.Output);
        if (!OperatingSystem.IsWindows()) Assert.Matches("(?m)^fail +private .*user.token can be read or changed by others → chmod ", ill.Output);
        Assert.Matches("(?m)^ok +control +no mesh runs here$", ill.Output);
    }

    [Fact]
    public async Task A_port_that_another_mesh_has_is_said_to_be_its_with_its_folder()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var mesh = await Mesh.StartAsync(Yaml.App("web", "http://127.0.0.1:1"));
        using var folder = new TempFolder();
        folder.Write("local.settings.json", $$"""{ "Host": { "LocalHttpPort": {{mesh.Up.Gateway.Port}} } }""");

        var ill = await FnMeshProgram.RunAsync(folder.Path, "doctor");

        Assert.Contains($"port {mesh.Up.Gateway.Port} of the gateway is busy: the 'fnmesh up' of {mesh.Folder.Path} (pid {mesh.Up.Id}) listens there", ill.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_control_that_is_named_and_does_not_answer_is_a_failure_with_its_mend()
    {
        using var folder = new TempFolder();
        var ill = await FnMeshProgram.RunAsync(folder.Path, "doctor", "--control", "http://127.0.0.1:1", "-o", "json");
        Assert.True(ill.Code == 1, $"{ill}");
        var control = System.Text.Json.JsonDocument.Parse(ill.Output).RootElement.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("check").GetString() == "control");
        Assert.Equal("fail", control.GetProperty("state").GetString());
        Assert.Contains("--control", control.GetProperty("mend").GetString(), StringComparison.Ordinal);
    }
}
