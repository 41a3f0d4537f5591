using System.Diagnostics;
using System.Security.Cryptography;
using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Tests.Processes;

public sealed class LaunchScriptTests
{
    [Theory]
    [InlineData("/usr/bin:/bin")]
    [InlineData("/nowhere")]
    public async Task The_sweep_kills_what_has_the_id_in_its_environment_with_grep_and_without(string searchPath)
    {
        var run = RandomNumberGenerator.GetHexString(32, lowercase: true);
        using var marked = Start("sleep 1000", ("LINES", "one\ntwo"), ("FNMESH_RUN", $"outer.{run}.inner"));
        using var other = Start("read -r go; exit 3", ("FNMESH_RUN", "outer"));

        using var sweep = Start("exec 4>&1; exec /bin/sh -c \"$SWEEP\" fnmesh \"$1\"", run, ("PATH", searchPath), ("SWEEP", LaunchScript.Sweep));
        sweep.StandardInput.Close();

        await marked.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        await sweep.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        other.StandardInput.Close();
        await other.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(137, marked.ExitCode);
        Assert.Equal(3, other.ExitCode);
    }

    private static Process Start(string script, params (string Name, string Value)[] environment) => Start(script, "", environment);

    private static Process Start(string script, string argument, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, "sh", argument]) { RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
