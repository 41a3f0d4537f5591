using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;
using FnMesh.Policy.Reading;

namespace FnMesh.Cli.Commands;

internal static class WaitCommand
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    public static Command Create(Terminal terminal)
    {
        var control = ControlOption.Create();
        var timeout = new Option<TimeSpan>("--timeout") { Description = "How long to wait: 1m30s, or a number of seconds (default: 60s)", HelpName = "DURATION", DefaultValueFactory = _ => Default, CustomParser = Read };
        var format = OutputOption.Create();
        var command = new Command("wait", "Wait until the mesh is ready: every endpoint serves and every subscription is registered.") { control, timeout, format };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(control), parsed.GetValue(timeout), parsed.GetValue(format), terminal, cancel));
        return command;
    }

    /// <summary>As policies write durations; a number alone is seconds.</summary>
    private static TimeSpan Read(ArgumentResult result)
    {
        var written = result.Tokens[0].Value;
        var read = int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : Durations.Parse(written);
        if (read is { } duration && duration > TimeSpan.Zero && duration <= Longest) return duration;
        result.AddError($"--timeout is a duration from 1ms to 24h, such as 90s or 1m30s, or a number of seconds, not '{written}'");
        return Default;
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
                if (!told && terminal.Time.GetElapsedTime(began) >= (address == ControlAddress.Fallback ? TimeSpan.Zero : Silence))
                {
                    // Nobody has said where the mesh is: one that starts elsewhere may still come, and whoever is in the wrong folder should hear it now.
                    terminal.Complain($"not ready yet, waiting up to {timeout.TotalSeconds:0.###} s: {last.Failure}");
                    told = true;
                }

                await Task.Delay(Pause, terminal.Time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            terminal.Complain($"not ready within {timeout.TotalSeconds:0.###} s: {last.Failure}");
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
