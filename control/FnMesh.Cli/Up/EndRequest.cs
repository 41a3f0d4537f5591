using System.Diagnostics;

namespace FnMesh.Cli.Up;

/// <summary>Asks another process to end as Ctrl+C does.</summary>
internal static class EndRequest
{
    /// <summary>SIGTERM. Windows has no such request: there it is killed, and its children end with it.</summary>
    /// <returns>False when it may not be asked.</returns>
    public static async Task<bool> SendAsync(Process process, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill();
            return true;
        }

        using var kill = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"kill -TERM {process.Id}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync(cancel);
        return kill.ExitCode == 0 || process.HasExited;
    }
}
