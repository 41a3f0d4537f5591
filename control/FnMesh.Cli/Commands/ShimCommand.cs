using System.CommandLine;
using System.Net.Sockets;
using System.Security.Cryptography;
using FnMesh.Cli.Up;
using FnMesh.Node;
using FnMesh.Node.Admin;
using FnMesh.Node.Members;
using FnMesh.Policy;
using FnMesh.Shim;

namespace FnMesh.Cli.Commands;

internal static class ShimCommand
{
    public static Command Create(Terminal terminal)
    {
        var program = new Argument<string[]>("command") { Description = "The program and its arguments, behind --; it listens on 127.0.0.1 at PORT", HelpName = "COMMAND", Arity = ArgumentArity.OneOrMore };
        var command = new Command("shim", $"Run one process as a member of the mesh. It joins by {MemberEnvironment.ControlName}, {MemberEnvironment.JoinTokenFileName} and {MemberEnvironment.RevisionName}.") { program };
        command.SetAction((parsed, cancel) =>
        {
            if (!MemberEnvironment.TryRead(terminal.Variable, RandomNumberGenerator.GetInt32(int.MaxValue), out var environment, out var fault) || !AdminAddress.TryRead(terminal.Variable, out var admin, out fault))
            {
                terminal.Complain(fault);
                return Task.FromResult(ExitCode.WrongUsage);
            }

            var options = new ShimOptions
            {
                Member = environment.Member,
                Listen = environment.Listen,
                Advertise = environment.Advertise,
                Admin = admin,
                ExpectedApp = terminal.Variable(MemberEnvironment.AppName) is { Length: > 0 } app ? QualifiedName.Read(app, environment.Member.Namespace ?? QualifiedName.Default) : null,
                Command = [.. parsed.GetValue(program)!],
                Directory = terminal.CurrentDirectory,
                Output = (isError, line) => (isError ? terminal.Error : terminal.Out).WriteLine(line),
                Ready = ready => Tell(ready, terminal),
            };
            return RunAsync(options, terminal, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(ShimOptions options, Terminal terminal, CancellationToken cancel)
    {
        await using var lines = new LineWriter(terminal.Error, terminal.ColouredError, terminal.Time);
        using var loggers = new LineLoggers(lines);
        try
        {
            return await ShimmedProcess.RunAsync(options, loggers, terminal.Time, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (Exception failure) when (failure is IOException or SocketException or NodeStartException or ShimStartException)
        {
            terminal.Complain(PortFault.Explain([("endpoint", options.Listen.Port, MemberEnvironment.ListenName), (AdminAddress.Variable, options.Admin?.Port ?? 0, AdminAddress.Variable)], failure));
            return ExitCode.Failed;
        }
    }

    private static void Tell(ShimReady ready, Terminal terminal)
    {
        foreach (var refusal in ready.Refusals) terminal.Complain($"nobody is sent here yet: {refusal}");
        terminal.Out.WriteLine($$"""ready {"endpoint":"{{ready.Endpoint.GetLeftPart(UriPartial.Authority)}}","door":"{{ready.Door.GetLeftPart(UriPartial.Authority)}}"{{ReadyAdmin.Of(ready.Admin)}}}""");
        terminal.Out.Flush();
    }
}
