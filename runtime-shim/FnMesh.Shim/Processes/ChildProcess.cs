using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using FnMesh.Node;
using FnMesh.Node.Http;

namespace FnMesh.Shim.Processes;

/// <summary>A running process together with everything that it started; none of it outlives us, whatever ends us.</summary>
internal sealed class ChildProcess
{
    /// <summary>How long the output may stay open after all was killed: something that nothing finds may hold it.</summary>
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastTimeout = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly SafeHandle? _job;
    private readonly TimeProvider _time;
    private bool _isReleased;

    private ChildProcess(Process process, SafeHandle? job, Action<bool, string> output, TimeProvider time)
    {
        _process = process;
        _job = job;
        _time = time;
        Id = process.Id;
        Exited = WatchAsync();
        Gone = EndAsync(Task.WhenAll(ReadAsync(process.StandardOutput, false, output), ReadAsync(process.StandardError, true, output)));
    }

    public int Id { get; }

    /// <summary>Completes with the exit status of the program; 128 and the signal's number when a signal ended it.</summary>
    public Task<int> Exited { get; }

    /// <summary>Completes when the program has ended, what it had started was killed, and its output was read to the end.</summary>
    public Task Gone { get; }

    /// <param name="start">What to start.</param>
    /// <param name="output">Called for each line, with whether it is from standard error; from any thread, never twice at once for one stream.</param>
    /// <param name="time">The clock of the stop's timeout.</param>
    /// <param name="useJobControl">Whether bash's job control stands in for setsid; null means on macOS.</param>
    /// <exception cref="Win32Exception">The system cannot start it.</exception>
    public static Task<ChildProcess> StartAsync(ChildStart start, Action<bool, string> output, TimeProvider time, bool? useJobControl = null) =>
        SpawnThread.RunAsync(() =>
        {
            var process = Process.Start(Describe(start, useJobControl ?? OperatingSystem.IsMacOS()))!;
            return new ChildProcess(process, OperatingSystem.IsWindows() ? HoldInJob(process) : null, output, time);
        });

    /// <summary>Waits until it accepts connections on a loopback port.</summary>
    /// <returns>False when it ended before, or did not within <paramref name="timeout"/>.</returns>
    public async Task<bool> ListensAsync(int port, TimeSpan timeout, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        var accepts = PortProbe.AcceptsAsync(port, _time, either.Token);
        await Task.WhenAny(accepts, Exited);
        await either.CancelAsync();
        await accepts.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return accepts.IsCompletedSuccessfully && !Exited.IsCompleted;
    }

    /// <summary>Asks the program and what it started to end (SIGTERM), and kills all of it after <paramref name="timeout"/>. Windows has no such request: there it is killed at once.</summary>
    /// <returns>Whether it has ended; false when not even SIGKILL ends it, as when it has become another user's.</returns>
    public async Task<bool> StopAsync(TimeSpan timeout)
    {
        if (_job is null && !Exited.IsCompleted && await AskToEndAsync())
        {
            await ExitsWithinAsync(timeout);
        }

        Release();
        if (!await ExitsWithinAsync(KillTimeout))
        {
            KillTree();
            if (!await ExitsWithinAsync(LastTimeout))
            {
                return false;
            }
        }

        await Gone;
        _process.Dispose();
        return true;
    }

    private static ProcessStartInfo Describe(ChildStart start, bool useJobControl)
    {
        var description = new ProcessStartInfo
        {
            WorkingDirectory = start.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] launcher = OperatingSystem.IsWindows() ? []
            : useJobControl ? ["/bin/bash", "-c", LaunchScript.JobControl, "fnmesh"]
            : ["setsid", "/bin/sh", "-c", LaunchScript.Setsid, "fnmesh", RandomNumberGenerator.GetHexString(32, lowercase: true), LaunchScript.Sweep];
        string[] command = [.. launcher, start.Program, .. start.Arguments];
        description.FileName = command[0];
        foreach (var argument in command.Skip(1))
        {
            description.ArgumentList.Add(argument);
        }

        InlineSockets.Withhold(description.Environment);
        DeepPools.Withhold(description.Environment);
        foreach (var (name, value) in start.Environment)
        {
            description.Environment[name] = value;
        }

        return description;
    }

    [SupportedOSPlatform("windows")]
    private static WindowsJob HoldInJob(Process process)
    {
        try
        {
            return WindowsJob.Hold(process.SafeHandle);
        }
        catch (Win32Exception)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>For when somebody has killed the watcher: only the tree of processes is left to go by.</summary>
    private void KillTree()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is Win32Exception or AggregateException)
        {
            // It has become another user's, or has started such a one; whether it ends all the same is seen next.
        }
    }

    private async Task<bool> ExitsWithinAsync(TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        await ((Task)Exited).WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Exited.IsCompleted;
    }

    private async Task<bool> AskToEndAsync()
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync("TERM\n"u8.ToArray());
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return false; // It is ending already, or somebody killed the watcher.
        }
    }

    private async Task<int> WatchAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private async Task EndAsync(Task output)
    {
        await Exited;
        Release();
        using var deadline = new CancellationTokenSource(OutputTimeout, _time);
        await output.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Lets go of what holds the group: all that is left of it, and on Linux what has left it, is killed. A stop and the end of the process may both come here, at the same time.</summary>
    private void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, true))
        {
            return;
        }

        _job?.Dispose();
        _process.StandardInput.BaseStream.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, bool isError, Action<bool, string> output)
    {
        var lines = new LineSplitter(text => output(isError, text));
        var buffer = new byte[4096];
        try
        {
            for (var read = await reader.BaseStream.ReadAsync(buffer); read > 0; read = await reader.BaseStream.ReadAsync(buffer))
            {
                lines.Add(buffer.AsSpan(0, read));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            lines.Add("… (output lost)"u8);
        }

        lines.End();
    }
}
