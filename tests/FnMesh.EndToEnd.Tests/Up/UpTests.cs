using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Up;

public sealed class UpTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_with_0_within_10_seconds_and_leaves_no_child(string signal)
    {
        await using var reports = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("jobs", reports.Url), Yaml.Route("jobs", "jobs"));
        Assert.Equal(HttpStatusCode.NoContent, (await mesh.GetAsync("/jobs")).StatusCode);
        Assert.True(!OperatingSystem.IsLinux() || MarkedProcesses.Find(mesh.Up.Mark).Count >= 2, "the function is a process of its own");

        var started = TimeProvider.System.GetTimestamp();
        var code = await mesh.Up.StopAsync(signal);

        Assert.True(code == 0, $"exit code {code}\n{string.Join('\n', mesh.Up.Errors.Items)}");
        Assert.True(TimeProvider.System.GetElapsedTime(started) < Promised, $"{TimeProvider.System.GetElapsedTime(started)}");
        await MarkedProcesses.GoneAsync(mesh.Up.Mark);
    }

    [Fact]
    public async Task A_killed_child_is_started_again_and_a_killed_up_takes_its_children_along()
    {
        await using var reports = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("work", reports.Url), Yaml.Subscription("work-it", "test.made", "work"), Yaml.Publishers());
        await mesh.PublishAsync("test.made", "1");
        var first = (await reports.Requests.FirstAsync(_ => true))["relay-process"]!;

        MarkedProcesses.Kill([int.Parse(first)]);
        await mesh.PublishAsync("test.made", "2");
        var second = await reports.Requests.FirstAsync(request => request["ce-id"] == "2");
        Assert.NotEqual(first, second["relay-process"]);

        await mesh.Up.KillAsync(withChildren: false);
    }

    [Fact]
    public async Task A_second_up_of_the_same_folder_is_refused_and_names_the_first()
    {
        await using var mesh = await Mesh.StartAsync(Yaml.Publishers());

        var second = await FnMeshProgram.RunAsync(mesh.Folder.Path, "up", mesh.Folder.Path, "--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0");

        Assert.True(second.Code == 1, $"{second}");
        Assert.Contains($"pid {mesh.Up.Id}", second.Error);
        Assert.DoesNotContain("ready {", second.Output);
        Assert.Equal(mesh.Up.Control, new Uri(JsonDocument.Parse(File.ReadAllText(mesh.Folder[".fnmesh/up.json"])).RootElement.GetProperty("control").GetString()!));
    }

    [Theory]
    [InlineData("--gateway-port")]
    [InlineData("--control-port")]
    [InlineData("--mesh-port")]
    [InlineData("--node-port")]
    public async Task A_busy_port_names_its_owner(string option)
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", Yaml.Publishers());
        using var owner = new TcpListener(IPAddress.Loopback, 0);
        owner.Start();
        var port = ((IPEndPoint)owner.LocalEndpoint).Port;
        string[] ports = ["--gateway-port", "--control-port", "--mesh-port", "--node-port"];

        var up = await FnMeshProgram.RunAsync(folder.Path, ["up", folder.Path, .. ports.SelectMany(name => new[] { name, name == option ? $"{port}" : "0" })]);

        Assert.True(up.Code == 1, $"{up}");
        Assert.Contains($"port {port} is busy", up.Error);
        if (OperatingSystem.IsLinux()) Assert.Contains($"pid {Environment.ProcessId}", up.Error);
    }

    [Fact]
    public async Task All_ports_that_are_busy_are_told_at_once()
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", Yaml.Publishers());
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        other.Start();

        var up = await FnMeshProgram.RunAsync(folder.Path, "up", folder.Path, "--gateway-port", $"{Port(one)}", "--mesh-port", "0", "--control-port", "0", "--node-port", $"{Port(other)}");

        Assert.True(up.Code == 1, $"{up}");
        Assert.Matches($"port {Port(one)} is busy.*--gateway-port\n.*port {Port(other)} is busy.*--node-port", up.Error);

        static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [Fact]
    public async Task A_start_that_takes_long_names_the_revision_it_waits_for()
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", """
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: slow }
            spec: { revisions: [ { name: slow-v1, run: { command: [ sleep, "60" ] } } ] }
            """);
        await using var up = UpProcess.Start(folder.Path);

        var line = await up.Errors.FirstAsync(line => line.StartsWith("fnmesh: not ready after ", StringComparison.Ordinal));

        Assert.EndsWith(": waiting for slow/slow-v1", line, StringComparison.Ordinal);
        Assert.Equal(0, await up.StopAsync());
    }

    [Fact]
    public async Task A_bad_policy_at_the_start_ends_it_with_3_and_all_diagnostics()
    {
        using var folder = new TempFolder();
        folder.Write("policies/a.yaml", Yaml.Route("one", "nobody", "retri: { attempts: 1 }"));
        folder.Write("policies/b.yml", Yaml.Subscription("two", "test.made", "nobody-else") + "\n---\napiVersion: fnmesh.dev/v1alpha1\nkind: FunctionAp\nmetadata: { name: x }");

        var up = await FnMeshProgram.RunAsync(folder.Path, "up", folder.Path, "--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0");
        var validated = await FnMeshProgram.RunAsync(folder.Path, "validate", "-f", "policies");

        Assert.True(up.Code == 3, $"{up}");
        Assert.DoesNotContain("ready {", up.Output);
        Assert.Matches(@"policies[/\\]a\.yaml:\d+:\d+: error FNM1103: ", up.Error);
        Assert.Matches(@"policies[/\\]b\.yml:\d+:\d+: error FNM1102: ", up.Error);
        Assert.True(validated.Code == 3, $"{validated}");
    }

    [Fact]
    public async Task A_command_that_finds_no_mesh_ends_with_4()
    {
        using var folder = new TempFolder();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        var listed = await FnMeshProgram.RunAsync(folder.Path, "events", "list", "--control", $"http://127.0.0.1:{port}");

        Assert.True(listed.Code == 4, $"{listed}");
    }

    [Fact]
    public async Task An_event_that_the_command_publishes_is_delivered_and_shown()
    {
        await using var function = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work"), Yaml.Publishers());

        var published = await mesh.CommandAsync("publish", "--type", "test.made", "--id", "by-command", "--subject", "s", "-d", """{"n":1}""");
        var denied = await mesh.CommandAsync("publish", "--type", "secret.made", "-d", "{}");

        Assert.True(published.Code == 0 && published.Output.Contains("by-command"), $"{published}");
        Assert.Equal("""{"n":1}""", (await function.Requests.FirstAsync(request => request["ce-id"] == "by-command")).Body);
        Assert.True(denied.Code == 1 && denied.Error.Contains("secret.made"), $"{denied}");
        var shown = await mesh.CommandAsync("events", "show", "by-command", "-o", "json");
        Assert.Equal(1, JsonDocument.Parse(shown.Output).RootElement.GetProperty("data").GetProperty("n").GetInt32());
    }
}
