using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using FnMesh.Cli.Up;
using FnMesh.Control;
using FnMesh.Control.Logs;
using FnMesh.Control.Nodes;
using FnMesh.Node.Identity;
using FnMesh.Policy;

namespace FnMesh.Cli.Commands;

internal static class ControlCommand
{
    private const int DefaultApiPort = 7070;
    private const int DefaultNodePort = 7444;
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(24);

    public static Command Create(Terminal terminal)
    {
        var policies = new Option<string>("--filename", "-f") { Description = "The folder of policy files", HelpName = "PATH", DefaultValueFactory = _ => "policies" };
        RoleOptions.RefuseEmpty(policies);
        var api = new Option<int>("--control-port") { Description = "Where people and their tools ask, on loopback", HelpName = "PORT", DefaultValueFactory = _ => DefaultApiPort, CustomParser = result => WholeNumber.Read(result, "--control-port", 0, ushort.MaxValue) };
        var nodes = RoleOptions.Listen("--node-listen", "Where gateways and functions connect", DefaultNodePort);
        var data = RoleOptions.Data(".fnmesh-control");
        var tokens = new Option<string[]>("--token") { Description = "Write a join token, good for a day, for 'gateway', 'app/NAME' or 'user/NAME'; may be repeated", HelpName = "ID=FILE" };
        var command = new Command("control", "Run the control service alone: policy, identities and the registry of nodes.") { policies, api, nodes, data, tokens };
        command.SetAction(async (parsed, cancel) =>
        {
            var folder = new PolicyFolder(parsed.GetValue(policies)!, terminal.Time);
            var policy = folder.Load();
            foreach (var diagnostic in policy.Diagnostics) terminal.Error.WriteLine(diagnostic);
            if (policy.Snapshot is null) return ExitCode.PolicyRefused;
            var options = new ControlRoleOptions
            {
                ApiPort = parsed.GetValue(api),
                Plane = new ControlPlaneOptions
                {
                    Listen = parsed.GetValue(nodes) ?? new IPEndPoint(IPAddress.Loopback, DefaultNodePort),
                    Directory = parsed.GetValue(data)!,
                    TrustDomain = policy.Snapshot.TrustDomain,
                },
            };
            return await RunAsync(options, folder, policy, parsed.GetValue(tokens) ?? [], terminal, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(ControlRoleOptions options, PolicyFolder folder, PolicyCompilation policy, string[] tokens, Terminal terminal, CancellationToken cancel)
    {
        var tail = new LogTail(terminal.Time);
        options = options with { Log = tail };
        await using var lines = new LineWriter(terminal.Error, terminal.ColouredError, terminal.Time, tail);
        using var loggers = new LineLoggers(lines);
        try
        {
            await using var control = await ControlRole.StartAsync(options, folder, policy, loggers, terminal.Time, cancel);
            using var files = new TokenFiles(control.Plane, lines.Say);
            foreach (var token in tokens)
            {
                if (Issue(files, options.Plane.TrustDomain, token) is not { } misuse) continue;
                terminal.Complain(misuse);
                return ExitCode.WrongUsage;
            }

            control.IsReady = true;
            await terminal.Out.WriteLineAsync($$"""ready {"control":"{{control.Address.GetLeftPart(UriPartial.Authority)}}","node":"{{control.Plane.Address.GetLeftPart(UriPartial.Authority)}}"}""");
            await terminal.Out.FlushAsync(cancel);
            var policies = new PolicyLines(lines.Say, policy);
            await control.FollowAsync(
                (edit, outcome, _) =>
                {
                    policies.Tell(edit, outcome, control.Current!.Snapshot!);
                    return ValueTask.CompletedTask;
                },
                cancel);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidDataException or UnauthorizedAccessException)
        {
            terminal.Complain(failure.Message);
            return ExitCode.Failed;
        }
    }

    /// <returns>What is wrong; null when the token was written.</returns>
    private static string? Issue(TokenFiles files, string trustDomain, string token)
    {
        if (token.Split('=', 2) is not [var who, { Length: > 0 } file]) return $"--token '{token}' is not ID=FILE";
        try
        {
            if (IdOf(who, trustDomain) is not { } id) return $"--token '{token}': '{who}' is none of 'gateway', 'app/NAME' and 'user/NAME'";
            files.Issue(Path.GetFullPath(file), id, TokenLife);
            return null;
        }
        catch (ArgumentException fault)
        {
            return $"--token '{token}': '{who}' {fault.Message}";
        }
        catch (InvalidOperationException full)
        {
            return $"--token '{token}': {full.Message}";
        }
    }

    /// <returns>Null when it is nobody who joins.</returns>
    /// <exception cref="ArgumentException">The name holds what a SPIFFE ID may not.</exception>
    private static SpiffeId? IdOf(string who, string trustDomain) => who.Split('/') switch
    {
        ["gateway"] => SpiffeId.Gateway(trustDomain),
        ["app", { Length: > 0 } app] => SpiffeId.App(trustDomain, "default", app),
        ["user", { Length: > 0 } user] => SpiffeId.User(trustDomain, user),
        _ => null,
    };
}
