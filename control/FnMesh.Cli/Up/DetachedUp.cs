using System.Diagnostics;

namespace FnMesh.Cli.Up;

/// <summary>Starts <c>up</c> as a process that outlives the command, and waits until it is ready.</summary>
/// <param name="terminal">Where its lines are shown until then.</param>
internal sealed class DetachedUp(Terminal terminal)
{
    /// <summary>The option that the process is started with.</summary>
    public const string Option = "--detached";

    /// <summary>In the data directory.</summary>
    public const string LogName = "up.log";

    /// <summary>Two of them are kept.</summary>
    public const long MaxLogBytes = 4 << 20;

    /// <summary>A first build on a slow machine takes minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="arguments">Those of <c>up</c>, without <c>--detach</c>.</param>
    /// <param name="cancel">Ends what was started.</param>
    public async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var up = Process.Start(Self([.. arguments, Option]))!;
        up.StandardInput.Close();
        var ended = EndAsync(up, Task.WhenAll(ShowAsync(up.StandardOutput, terminal.Out), ShowAsync(up.StandardError, terminal.Error)));
        using var deadline = new CancellationTokenSource(Patience, terminal.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            if (await Task.WhenAny(_ready.Task, ended).WaitAsync(either.Token) == _ready.Task) return ExitCode.Done;
            return await ended is var code and not ExitCode.Done ? code : ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            terminal.Complain(cancel.IsCancellationRequested ? "ending what was started" : $"not ready within {Patience.TotalMinutes:0} minutes; ending it");
            await StopAsync(up);
            return ExitCode.Failed;
        }
    }

    /// <summary>This program once more: by its own file, or by the runtime's host that runs it.</summary>
    private ProcessStartInfo Self(string[] arguments)
    {
        var program = Environment.ProcessPath!;
        string[] before = Path.GetFileNameWithoutExtension(program) == "dotnet" ? ["exec", Environment.GetCommandLineArgs()[0]] : [];
        return new ProcessStartInfo(program, [.. before, .. arguments])
        {
            WorkingDirectory = terminal.CurrentDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private async Task ShowAsync(StreamReader lines, TextWriter to)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            await to.WriteLineAsync(line);
            if (line.StartsWith(ReadyLine.Start, StringComparison.Ordinal)) _ready.TrySetResult();
        }
    }

    private static async Task<int> EndAsync(Process up, Task shown)
    {
        await shown;
        await up.WaitForExitAsync();
        return up.ExitCode;
    }

    private async Task StopAsync(Process up)
    {
        using var deadline = new CancellationTokenSource(EndPatience, terminal.Time);
        try
        {
            await EndRequest.SendAsync(up, deadline.Token);
            await up.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            up.Kill();
        }
    }
}
