using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Shim.Tests;

public sealed class RevisionSupervisorTests
{
    [Fact]
    public async Task A_command_is_given_its_place_in_the_mesh_and_serves_at_its_port()
    {
        await using var mesh = new Mesh(options => options with { Environment = new Dictionary<string, string> { ["FNMESH_GATEWAY"] = "http://gateway" } });

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one")));

        var endpoint = Assert.Single(mesh.EndpointsOf("one"));
        Assert.Equal($"{endpoint.Port}", await FunctionProcess.AskAsync(endpoint, "PORT"));
        Assert.Equal("app", await FunctionProcess.AskAsync(endpoint, "FNMESH_APP"));
        Assert.Equal("one", await FunctionProcess.AskAsync(endpoint, "FNMESH_REVISION"));
        Assert.Equal("http://gateway", await FunctionProcess.AskAsync(endpoint, "FNMESH_GATEWAY"));
        Assert.Equal("127.0.0.1", endpoint.Host);
    }

    [Fact]
    public async Task An_address_that_somebody_else_runs_is_ready_at_once()
    {
        await using var mesh = new Mesh();

        Assert.Empty(await mesh.ReadyAsync(mesh.Url("one", "http://example.org:81/base/")));

        Assert.Equal([new Uri("http://example.org:81/base")], mesh.EndpointsOf("one"));
        Assert.True(Assert.Single(mesh.Supervisor.Endpoints.Revisions).WasReady);
    }

    [Fact]
    public async Task Every_replica_has_a_port_of_its_own()
    {
        await using var mesh = new Mesh();

        await mesh.ReadyAsync(mesh.Function("one") with { Replicas = 3 });

        Assert.Equal(3, mesh.EndpointsOf("one").Distinct().Count());
    }

    [Fact]
    public async Task A_revision_that_is_not_ready_yet_is_listed_as_never_ready()
    {
        await using var mesh = new Mesh();
        mesh.Apply(mesh.Function("one", "mute"));

        var listed = await mesh.AnnouncedAsync("one", entry => entry is not null);

        Assert.False(listed!.WasReady);
        Assert.Empty(listed.Endpoints);
    }

    [Fact]
    public async Task A_process_that_ends_leaves_the_table_and_comes_back_after_the_back_off()
    {
        await using var mesh = new Mesh();
        mesh.Apply(mesh.Function("one"));
        var first = await mesh.AnnouncedAsync("one", entry => entry!.Endpoints.Length == 1);

        await FunctionProcess.EndAsync(first!.Endpoints[0]);

        var gone = await mesh.AnnouncedAsync("one", entry => entry!.Endpoints.IsEmpty);
        Assert.True(gone!.WasReady);
        Assert.Equal("ended with 7; it is started again in 0.2 s", (await mesh.SaidAsync("ended with")).Text);
        await mesh.AnnouncedAsync("one", entry => entry!.Endpoints.Length == 1);
    }

    [Fact]
    public async Task A_revision_that_keeps_ending_is_a_failure_and_is_tried_on()
    {
        await using var mesh = new Mesh();

        var failure = Assert.Single(await mesh.ReadyAsync(mesh.Function("one", "end:9"), mesh.Function("two")));

        Assert.Equal(("app", "one", 7), (failure.App, failure.Revision, failure.Origin.Line));
        Assert.Equal("app/one: ended with 9 before it listened on its PORT, time after time; see its output", failure.Message);
        Assert.Single(mesh.EndpointsOf("two"));
        await mesh.SaidAsync("started again in 1.6 s");
    }

    [Fact]
    public async Task What_keeps_a_revision_from_starting_can_be_asked_for_until_it_starts()
    {
        await using var mesh = new Mesh();

        await mesh.ReadyAsync(mesh.Command("one", "pyton3"), mesh.Function("two"));
        Assert.StartsWith("cannot start 'pyton3': ", Assert.Single(mesh.Supervisor.Failures).Reason, StringComparison.Ordinal);

        await mesh.ReadyAsync(mesh.Function("one"), mesh.Function("two"));
        Assert.Empty(mesh.Supervisor.Failures);
    }

    [Fact]
    public async Task A_process_that_takes_long_to_listen_is_told_of_before_it_is_given_up()
    {
        await using var mesh = new Mesh(options => options with { HintAfter = TimeSpan.FromMilliseconds(300) });
        mesh.Apply(mesh.Function("one", "mute"));

        var said = await mesh.SaidAsync("has not listened on 127.0.0.1:");

        Assert.EndsWith(" for 0.3 s; a process listens on the PORT of its environment, and this one is started anew after 60 s", said.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_never_listens_is_started_anew()
    {
        await using var mesh = new Mesh(options => options with { ReadyTimeout = TimeSpan.FromMilliseconds(300) });

        var failure = Assert.Single(await mesh.ReadyAsync(mesh.Function("one", "mute")));

        Assert.Contains("within 0.3 s", failure.Message);
    }

    [Fact]
    public async Task A_program_that_is_not_found_and_a_missing_variable_are_named()
    {
        await using var mesh = new Mesh();

        var failures = await mesh.ReadyAsync(
            mesh.Command("one", "no-such-program"),
            mesh.Function("two") with { Environment = [new EnvironmentEntry { Name = "KEY", FromEnv = "FNMESH_TEST_NOT_SET" }] },
            mesh.Function("three") with { Environment = [new EnvironmentEntry { Name = "DB", FromFile = "secrets/db" }] });

        Assert.StartsWith("app/one: cannot start 'no-such-program': not found on PATH; ", failures[0].Message);
        Assert.StartsWith("app/two: env KEY: the variable FNMESH_TEST_NOT_SET is not set; ", failures[1].Message);
        Assert.Equal($"app/three: env DB: the file '{mesh.Folder["secrets/db"]}' does not exist", failures[2].Message);
    }

    [Fact]
    public async Task Output_comes_with_the_names_of_app_and_revision()
    {
        await using var mesh = new Mesh();

        mesh.Apply(mesh.Function("one", "say:hello"));

        Assert.Equal(new ProcessLine("app", "one", false, "hello"), await mesh.SaidAsync("hello"));
    }

    [Fact]
    public async Task An_unchanged_revision_is_left_alone_and_a_removed_one_leaves()
    {
        await using var mesh = new Mesh();
        await mesh.ReadyAsync(mesh.Function("one"), mesh.Function("two"));
        var one = mesh.EndpointsOf("one");

        await mesh.ReadyAsync(mesh.Function("one") with { Origin = new Origin("moved.yaml", 99, 1) });

        Assert.Equal(one, mesh.EndpointsOf("one"));
        Assert.Equal("one", await FunctionProcess.AskAsync(one[0], "FNMESH_REVISION"));
        Assert.Equal(["one"], mesh.Supervisor.Endpoints.Revisions.Select(entry => entry.Revision));
    }

    [Fact]
    public async Task Replicas_come_and_go_without_touching_the_others()
    {
        await using var mesh = new Mesh();
        await mesh.ReadyAsync(mesh.Function("one"));
        var first = mesh.EndpointsOf("one")[0];

        await mesh.ReadyAsync(mesh.Function("one") with { Replicas = 3 });
        Assert.Equal(3, mesh.EndpointsOf("one").Length);
        Assert.Equal(first, mesh.EndpointsOf("one")[0]);

        await mesh.ReadyAsync(mesh.Function("one"));
        Assert.Equal([first], mesh.EndpointsOf("one"));
    }

    [Fact]
    public async Task A_changed_revision_is_swapped_when_its_successor_is_ready()
    {
        await using var mesh = new Mesh();
        await mesh.ReadyAsync(mesh.Function("one"));
        var before = mesh.EndpointsOf("one");
        await mesh.AnnouncedAsync("one", entry => entry!.Endpoints.Length == 1);

        await mesh.ReadyAsync(mesh.Function("one") with { Environment = Values(("COLOUR", "green")) });

        var swapped = await mesh.AnnouncedAsync("one", _ => true);
        Assert.Equal(mesh.EndpointsOf("one"), swapped!.Endpoints);
        Assert.NotEqual(before, swapped.Endpoints);
        Assert.Equal("green", await FunctionProcess.AskAsync(Assert.Single(swapped.Endpoints), "COLOUR"));
        Assert.False((await mesh.SaidAsync("the change is live")).IsError);
    }

    [Fact]
    public async Task A_change_that_does_not_start_leaves_the_old_process_serving()
    {
        await using var mesh = new Mesh();
        await mesh.ReadyAsync(mesh.Function("one"));
        var before = mesh.EndpointsOf("one");

        var failure = Assert.Single(await mesh.ReadyAsync(mesh.Function("one", "end:1")));

        Assert.StartsWith("app/one: ended with 1 ", failure.Message);
        Assert.Equal(before, mesh.EndpointsOf("one"));
        Assert.Equal("one", await FunctionProcess.AskAsync(before[0], "FNMESH_REVISION"));
        Assert.True((await mesh.SaidAsync("the change does not start")).IsError);

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one")));
        Assert.Equal(before, mesh.EndpointsOf("one"));
    }

    [Fact]
    public async Task What_is_left_behind_drains_before_it_is_stopped()
    {
        await using var mesh = new Mesh(options => options with { DrainTimeout = TimeSpan.FromHours(1) });
        await mesh.ReadyAsync(mesh.Function("one"));
        var endpoint = mesh.EndpointsOf("one")[0];

        mesh.Apply();

        await mesh.AnnouncedAsync("one", entry => entry is null);
        Assert.Equal("one", await FunctionProcess.AskAsync(endpoint, "FNMESH_REVISION"));
    }

    [Fact]
    public async Task Stopping_takes_the_endpoints_away_and_leaves_no_process()
    {
        await using var mesh = new Mesh(options => options with { StopTimeout = TimeSpan.FromMilliseconds(200) });
        await mesh.ReadyAsync(mesh.Function("one"), mesh.Function("two", "deaf"));
        Uri[] endpoints = [.. mesh.EndpointsOf("one"), .. mesh.EndpointsOf("two")];

        await mesh.Supervisor.StopAsync(CancellationToken.None).WaitAsync(Mesh.Patience, TimeProvider.System);

        Assert.Empty(mesh.Supervisor.Endpoints.Revisions);
        foreach (var endpoint in endpoints)
        {
            await Assert.ThrowsAnyAsync<IOException>(async () => await AskRefusedAsync(endpoint));
        }
    }

    [Fact]
    public async Task The_latest_of_many_changes_wins()
    {
        await using var mesh = new Mesh();
        for (var turn = 0; turn < 50; turn++)
        {
            mesh.Apply(mesh.Function("one") with { Environment = Values(("TURN", $"{turn}")) });
        }

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one") with { Environment = Values(("TURN", "last")) }));

        Assert.Equal("last", await FunctionProcess.AskAsync(Assert.Single(mesh.EndpointsOf("one")), "TURN"));
    }

    [Fact]
    public async Task A_failure_is_said_once_for_all_replicas()
    {
        await using var mesh = new Mesh();

        await mesh.ReadyAsync(mesh.Command("one", "./missing") with { Replicas = 3 }, mesh.Function("two"));
        await mesh.Supervisor.StopAsync(CancellationToken.None);

        Assert.Single(mesh.Lines, line => line.Text.StartsWith("cannot start './missing': there is no file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_waits_for_a_supervisor_that_is_stopped_is_told()
    {
        await using var mesh = new Mesh();
        var ready = mesh.ReadyAsync(mesh.Function("one", "mute"));
        await mesh.AnnouncedAsync("one", entry => entry is not null);

        await mesh.Supervisor.StopAsync(CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ready);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => mesh.Supervisor.WhenReadyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_handler_that_throws_does_not_stop_the_supervisor()
    {
        await using var mesh = new Mesh();
        mesh.Supervisor.EndpointsChanged += _ => throw new InvalidOperationException("of the test");

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one")));
        Assert.Single(mesh.EndpointsOf("one"));
    }

    [Fact]
    public async Task What_breaks_a_change_of_what_runs_is_said_and_ends_neither_the_supervisor_nor_its_end()
    {
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = new Mesh(loggers: new ToldErrors(said));
        mesh.Supervisor.Apply([null!]);
        Assert.StartsWith("a change of what runs failed", await said.Task.WaitAsync(Mesh.Patience, TimeProvider.System), StringComparison.Ordinal);

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one")));
        await mesh.Supervisor.StopAsync(CancellationToken.None).WaitAsync(Mesh.Patience, TimeProvider.System);
        Assert.Empty(mesh.Supervisor.Endpoints.Revisions);
    }

    [Fact]
    public async Task A_first_way_to_run_that_never_served_is_replaced_at_once()
    {
        await using var mesh = new Mesh();
        await mesh.ReadyAsync(mesh.Function("one", "end:1"));

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one")));
        Assert.Single(mesh.EndpointsOf("one"));
    }

    private static ImmutableArray<EnvironmentEntry> Values(params (string Name, string Value)[] values) =>
        [.. values.Select(pair => new EnvironmentEntry { Name = pair.Name, Value = pair.Value })];

    private static async Task AskRefusedAsync(Uri endpoint)
    {
        try
        {
            await FunctionProcess.AskAsync(endpoint, "PORT");
        }
        catch (System.Net.Sockets.SocketException refused)
        {
            throw new IOException("refused", refused);
        }
    }
}
