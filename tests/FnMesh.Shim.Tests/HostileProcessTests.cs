using FnMesh.Policy.Snapshots;

namespace FnMesh.Shim.Tests;

/// <summary>Processes and revisions that do what no function should.</summary>
public sealed class HostileProcessTests
{
    [Fact]
    public async Task A_line_of_a_hundred_megabytes_is_cut_and_holds_nothing_up()
    {
        await using var mesh = new Mesh();

        Assert.Empty(await mesh.ReadyAsync(mesh.Command("one", "sh", "-c", $"head -c 100000000 /dev/zero | tr '\\0' x; exec {Function()}")));

        await FunctionProcess.EndAsync(mesh.EndpointsOf("one")[0]);
        Assert.EndsWith("(cut at 16 KiB)", (await mesh.SaidAsync("xxx")).Text);
    }

    [Fact]
    public async Task A_process_that_closes_its_output_lives_on_and_its_end_is_seen()
    {
        await using var mesh = new Mesh();
        mesh.Apply(mesh.Command("one", "sh", "-c", $"exec >&- 2>&-; exec {Function()}"));
        var serving = await mesh.AnnouncedAsync("one", entry => entry!.Endpoints.Length == 1);

        Assert.Equal("one", await FunctionProcess.AskAsync(serving!.Endpoints[0], "FNMESH_REVISION"));
        await FunctionProcess.EndAsync(serving.Endpoints[0]);

        await mesh.AnnouncedAsync("one", entry => entry!.Endpoints.IsEmpty);
        await mesh.AnnouncedAsync("one", entry => entry!.Endpoints.Length == 1);
    }

    [Fact]
    public async Task Replicas_go_to_none_and_come_back()
    {
        await using var mesh = new Mesh();
        foreach (var count in new[] { 0, 5, 0, 5, 0 })
        {
            Assert.Empty(await mesh.ReadyAsync(mesh.Function("one") with { Replicas = count }));
            Assert.Equal(count, mesh.EndpointsOf("one").Length);
        }
    }

    [Fact]
    public async Task A_serving_revision_that_changes_fifty_times_serves_without_a_gap_and_ends_with_the_last()
    {
        await using var mesh = new Mesh();
        await mesh.ReadyAsync(mesh.Function("one"));
        var gaps = 0;
        mesh.Supervisor.EndpointsChanged += endpoints => gaps += endpoints.Revisions[0].Endpoints.IsEmpty ? 1 : 0;

        for (var turn = 0; turn < 50; turn++)
        {
            mesh.Apply(mesh.Command("one", "sleep", "1000") with { Environment = [Value("TURN", $"{turn}")] }, mesh.Url($"seen-{turn}", "http://localhost:1"));
            await mesh.AnnouncedAsync($"seen-{turn}", entry => entry is not null);
        }

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one") with { Environment = [Value("TURN", "last")] }));
        Assert.Equal("last", await FunctionProcess.AskAsync(Assert.Single(mesh.EndpointsOf("one")), "TURN"));
        Assert.Equal(0, gaps);
    }

    [Fact]
    public async Task A_folder_a_file_without_the_run_bit_and_a_broken_program_are_told_apart()
    {
        await using var mesh = new Mesh();
        mesh.Folder.Write("folder/file", "#!/bin/sh\n");
        File.SetUnixFileMode(mesh.Folder.Write("broken", "\u007fELF"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var failures = await mesh.ReadyAsync(mesh.Command("one", "./folder"), mesh.Command("two", "./folder/file"), mesh.Command("three", "./broken"));

        Assert.Equal($"app/one: cannot start './folder': '{mesh.Folder["folder"]}' is a folder; name a program in it", failures[0].Message);
        Assert.Contains("is not executable; set its run bit", failures[1].Message);
        Assert.Contains("before it listened on its PORT", failures[2].Message);
    }

    [Fact]
    public async Task Text_that_no_process_can_be_given_is_refused_and_the_others_run()
    {
        await using var mesh = new Mesh();

        var failures = await mesh.ReadyAsync(
            mesh.Command("program", "./a\0b"),
            mesh.Function("argument", "a\0b"),
            mesh.Function("value") with { Environment = [Value("KEY", "a\0b")] },
            mesh.Function("name") with { Environment = [Value("A=B", "c")] },
            mesh.Function("file") with { Environment = [new EnvironmentEntry { Name = "KEY", FromFile = "a\0b" }] },
            mesh.Function("variable") with { Environment = [new EnvironmentEntry { Name = "KEY", FromEnv = "a\0b" }] },
            mesh.Project("project", "a\0b"),
            mesh.Function("good"));

        Assert.Equal(["program", "argument", "value", "name", "file", "variable", "project"], failures.Select(failure => failure.Revision));
        Assert.Single(mesh.EndpointsOf("good"));
    }

    [Fact]
    public async Task An_output_that_is_never_taken_does_not_hold_up_a_stop()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource();
        using var folder = new TempFolder();
        var supervisor = new RevisionSupervisor(
            new SupervisorOptions { DataDirectory = folder.Path },
            _ =>
            {
                blocked.TrySetResult();
                gate.Wait();
            },
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            TimeProvider.System);
        supervisor.Apply([new AppEntry { Name = "app", Origin = default, Resilience = Mesh.Resilience, Traffic = [], Revisions = [Mesh.Entry("one", new RunEntry { Command = [.. FunctionProcess.Command("say:hello")], Directory = folder.Path })] }]);
        await blocked.Task.WaitAsync(Mesh.Patience, TimeProvider.System);

        await supervisor.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);

        gate.Set();
    }

    private static string Function() => string.Join(' ', FunctionProcess.Command().Select(word => $"'{word}'"));

    private static EnvironmentEntry Value(string name, string value) => new() { Name = name, Value = value };
}
