using System.CommandLine;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

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
        var format = OutputOption.Create();
        var command = new Command("wait", "Wait until the mesh is ready: every endpoint serves and every subscription is registered.") { control, timeout, format };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(control), TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(format), terminal, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? control, TimeSpan timeout, OutputFormat format, Terminal terminal, CancellationToken cancel)
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
                if (last.Succeeded) return await ShowAsync(http, address, format, terminal, either.Token);
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

    /// <summary>Scripts that ask for a format get what is ready: the mesh and its addresses.</summary>
    private static async Task<int> ShowAsync(MeshHttp http, ControlAddress address, OutputFormat format, Terminal terminal, CancellationToken cancel)
    {
        if (format == OutputFormat.Table) return ExitCode.Done;
        var mesh = await http.GetAsync(new Uri(address.Control, "/api/v1/mesh"), address.Source, cancel);
        if (mesh is { Succeeded: true, Body: { } body })
        {
            terminal.Out.WriteLine(format == OutputFormat.Json ? JsonText.Write(body) : YamlText.Write(body));
            return ExitCode.Done;
        }

        terminal.Complain(TextTable.Visible(mesh.Failure));
        return mesh.Exit;
    }
}
