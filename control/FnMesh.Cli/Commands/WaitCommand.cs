using System.CommandLine;

using FnMesh.Cli.Clients;

namespace FnMesh.Cli.Commands;

internal static class WaitCommand
{
    private const int DefaultSeconds = 60;
    private const int MaxSeconds = 86_400;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    public static Command Create(Terminal terminal)
    {
        var control = ControlOption.Create();
        var timeout = new Option<int>("--timeout") { Description = "How long to wait", HelpName = "SECONDS", DefaultValueFactory = _ => DefaultSeconds, CustomParser = result => WholeNumber.Read(result, "--timeout", 1, MaxSeconds) };
        var command = new Command("wait", "Wait until the mesh is ready: every endpoint serves and every subscription is registered.") { control, timeout };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(control), TimeSpan.FromSeconds(parsed.GetValue(timeout)), terminal, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? control, TimeSpan timeout, Terminal terminal, CancellationToken cancel)
    {
        using var http = new MeshHttp();
        using var deadline = new CancellationTokenSource(timeout, terminal.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        var last = new Answer(0, null, ExitCode.Unreachable, "nobody was asked");
        var began = terminal.Time.GetTimestamp();
        var told = false;
        try
        {
            while (true)
            {
                // Looked for each time: the 'up' that is waited for writes its address when it is ready.
                if (ControlAddress.Find(control, terminal) is not { } address)
                {
                    terminal.Complain(ControlAddress.NoUrl(control, terminal));
                    return ExitCode.WrongUsage;
                }

                last = await http.GetAsync(new Uri(address.Control, "/health/ready"), address.Source, either.Token);
                if (last.Succeeded) return ExitCode.Done;
                if (!told && terminal.Time.GetElapsedTime(began) >= Silence)
                {
                    terminal.Complain($"not ready yet, waiting up to {timeout.TotalSeconds:0} s: {last.Failure}");
                    told = true;
                }

                await Task.Delay(Pause, terminal.Time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            terminal.Complain($"not ready within {timeout.TotalSeconds:0} s: {last.Failure}");
            return last.Exit;
        }
    }
}
