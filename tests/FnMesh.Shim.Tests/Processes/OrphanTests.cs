using System.Diagnostics;

namespace FnMesh.Shim.Tests.Processes;

/// <summary>What becomes of a child and of what it started when the program that supervises is killed with SIGKILL.</summary>
public sealed class OrphanTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("setsid", "exec 9>PIPE; echo up >&9; exec sleep 1000")]
    [InlineData("setsid", "exec 9>PIPE; echo up >&9; sleep 1000 & wait")]
    [InlineData("setsid", "exec 9>PIPE; trap '' TERM HUP; (trap '' TERM; echo up >&9; sleep 1000) >/dev/null 2>&1 & wait")]
    [InlineData("setsid", "exec 9>PIPE; trap '' TERM; setsid -f sh -c 'echo up >&9; exec sleep 1000'; wait; exec sleep 1000")]
    [InlineData("setsid", "exec 9>PIPE; ( ( setsid sh -c 'trap : TERM HUP; echo up >&9; sleep 1000; sleep 1000' & ) & ); exec 9>&-; exec sleep 1000")]
    [InlineData("jobs", "exec 9>PIPE; echo up >&9; exec sleep 1000")]
    [InlineData("jobs", "exec 9>PIPE; echo up >&9; sleep 1000 & wait")]
    public async Task Nothing_is_left_when_the_supervising_program_is_killed(string launcher, string script)
    {
        using var folder = new TempFolder();
        using var witness = await Witness.CreateAsync(folder, "witness");
        var start = new ProcessStartInfo(Environment.ProcessPath!, [SupervisingProcess.Name, launcher, "/bin/sh", "-c", script.Replace("PIPE", witness.Pipe)]);
        using var supervising = Process.Start(start)!;
        await witness.Up.WaitAsync(Patience, TimeProvider.System);

        supervising.Kill();

        await witness.Gone.WaitAsync(Promised, TimeProvider.System);
        await supervising.WaitForExitAsync();
        Assert.NotEqual(0, supervising.ExitCode);
    }
}
