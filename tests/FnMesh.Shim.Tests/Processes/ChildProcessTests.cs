using System.Collections.Concurrent;
using FnMesh.Node;
using FnMesh.Node.Http;
using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<(bool IsError, string Text)> _lines = [];

    public static TheoryData<bool> Launchers => [false, true];

    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task The_exit_status_is_kept(bool jobControl)
    {
        var child = await StartAsync("exit 42", jobControl);

        Assert.Equal(42, await child.Exited.WaitAsync(Patience, TimeProvider.System));
        await child.StopAsync(TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task Both_outputs_come_line_by_line(bool jobControl)
    {
        var child = await StartAsync("echo one; echo two >&2; printf three", jobControl);

        await child.Gone.WaitAsync(Patience, TimeProvider.System);

        Assert.Equal(["one", "three"], _lines.Where(line => !line.IsError).Select(line => line.Text));
        Assert.Equal(["two"], _lines.Where(line => line.IsError).Select(line => line.Text));
    }

    [Fact]
    public async Task What_we_ask_of_dotnet_for_ourselves_is_not_inherited()
    {
        InlineSockets.Prefer();
        DeepPools.Prefer();

        var child = await StartAsync("echo ${DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS-nothing} ${DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION-nothing}", jobControl: false);

        await child.Gone.WaitAsync(Patience, TimeProvider.System);
        Assert.Equal("1", Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"));
        Assert.Equal("256", Environment.GetEnvironmentVariable("DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION"));
        Assert.Equal(["nothing nothing"], _lines.Select(line => line.Text));
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task What_a_process_leaves_behind_is_killed_when_it_ends(bool jobControl)
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var child = await StartAsync($"exec 9>{witness.Pipe}; echo up >&9; sleep 1000 >/dev/null 2>&1 & exit 3", jobControl);
        await witness.Up.WaitAsync(Patience, TimeProvider.System);

        Assert.Equal(3, await child.Exited.WaitAsync(Patience, TimeProvider.System));

        await child.Gone.WaitAsync(Patience, TimeProvider.System);
        await witness.Gone.WaitAsync(Patience, TimeProvider.System);
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task A_stop_lets_the_process_end_by_itself(bool jobControl)
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var child = await StartAsync($"exec 9>{witness.Pipe}; trap 'echo bye; exit 5' TERM; echo up >&9; while :; do sleep 1000 & wait; done", jobControl);
        await witness.Up.WaitAsync(Patience, TimeProvider.System);

        await child.StopAsync(Patience).WaitAsync(Patience, TimeProvider.System);

        Assert.Equal(5, await child.Exited);
        Assert.Contains((false, "bye"), _lines);
        await witness.Gone.WaitAsync(Patience, TimeProvider.System);
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task A_process_that_does_not_listen_is_killed_after_the_timeout(bool jobControl)
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var child = await StartAsync($"exec 9>{witness.Pipe}; trap '' TERM; echo up >&9; sleep 1000 & wait", jobControl);
        await witness.Up.WaitAsync(Patience, TimeProvider.System);

        await child.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(Patience, TimeProvider.System);

        Assert.Equal(137, await child.Exited);
        await witness.Gone.WaitAsync(Patience, TimeProvider.System);
    }

    [Theory]
    [InlineData("kill -s KILL $$")]
    [InlineData("kill -s KILL 0")]
    [InlineData("exit 0")]
    public async Task A_process_that_left_for_a_session_of_its_own_is_killed_when_its_origin_ends(string end)
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var child = await StartAsync($"{Daemon(witness)}; {end}", jobControl: false);
        await witness.Up.WaitAsync(Patience, TimeProvider.System);

        await child.Gone.WaitAsync(Patience, TimeProvider.System);

        await witness.Gone.WaitAsync(Promised, TimeProvider.System);
    }

    [Theory]
    [InlineData("exec sleep 1000")]
    [InlineData("trap '' TERM; sleep 1000 & wait")]
    public async Task A_process_that_left_for_a_session_of_its_own_is_killed_by_a_stop(string origin)
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var child = await StartAsync($"{Daemon(witness)}; {origin}", jobControl: false);
        await witness.Up.WaitAsync(Patience, TimeProvider.System);

        await child.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(Patience, TimeProvider.System);

        await witness.Gone.WaitAsync(Promised, TimeProvider.System);
    }

    [Fact]
    public async Task A_search_path_without_the_systems_programs_lets_nothing_escape()
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var script = $"PATH=/usr/bin:/bin; {Daemon(witness)}";
        var child = await StartAsync(script, jobControl: false, new Dictionary<string, string> { ["PATH"] = folder.Path });
        await witness.Up.WaitAsync(Patience, TimeProvider.System);

        await child.Gone.WaitAsync(Patience, TimeProvider.System);

        await witness.Gone.WaitAsync(Promised, TimeProvider.System);
    }

    [Fact]
    public async Task A_program_starts_only_when_the_sweep_is_out_of_the_groups_reach()
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var slow = folder.Write("setsid", "#!/bin/sh\nsleep 1\nexec /usr/bin/setsid \"$@\"\n");
        File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = $"PATH=/usr/bin:/bin; {Daemon(witness)}";
        var child = await StartAsync(script, jobControl: false, new Dictionary<string, string> { ["PATH"] = folder.Path });

        await child.Gone.WaitAsync(Patience, TimeProvider.System);

        await witness.Gone.WaitAsync(Promised, TimeProvider.System);
    }

    [Fact]
    public async Task A_process_of_a_mesh_within_a_mesh_belongs_to_both()
    {
        var child = await StartAsync("echo $FNMESH_RUN", jobControl: false, new Dictionary<string, string> { ["FNMESH_RUN"] = "outer" });

        await child.Gone.WaitAsync(Patience, TimeProvider.System);

        Assert.Matches("^outer[.][0-9a-f]{32}$", Assert.Single(_lines).Text);
    }

    [Fact]
    public async Task A_child_leads_its_own_group_reads_nothing_and_ignores_no_signal()
    {
        var child = await StartAsync("cut -d' ' -f5 /proc/$$/stat; cat; grep -E '^SigIgn' /proc/$$/status", jobControl: false);

        await child.Gone.WaitAsync(Patience, TimeProvider.System);

        Assert.Equal([$"{child.Id}", "SigIgn:\t0000000000000000"], _lines.Select(line => line.Text));
    }

    [Fact]
    public async Task Much_output_is_read_to_its_end_and_a_broken_pipe_ends_its_writer()
    {
        var child = await StartAsync("yes | head -n 100000", jobControl: false);

        await child.Gone.WaitAsync(Patience, TimeProvider.System);

        Assert.Equal(100_000, _lines.Count);
    }

    /// <summary>Starts what forks twice, into a session and a group of its own, and holds the witness's pipe; goes on when it is there.</summary>
    private static string Daemon(Witness witness) =>
        $"exec 9>{witness.Pipe}; mkfifo {witness.Pipe}.there; ( setsid -f sh -c 'trap : TERM HUP; echo up >&9; echo >{witness.Pipe}.there; sleep 1000; sleep 1000' & ); read -r there <{witness.Pipe}.there";

    private Task<ChildProcess> StartAsync(string script, bool jobControl, Dictionary<string, string>? environment = null) =>
        ChildProcess.StartAsync(
            new ChildStart("/bin/sh", ["-c", script], "/", environment ?? []),
            (isError, text) => _lines.Enqueue((isError, text)),
            TimeProvider.System,
            jobControl);
}
