using System.Collections;
using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using FnMesh.Cli.Up;
using FnMesh.Gateway;
using FnMesh.Gateway.Kafka;
using FnMesh.Node;
using FnMesh.Node.Admin;
using FnMesh.Node.Http;
using FnMesh.Node.Members;
using FnMesh.Node.Protocol;

namespace FnMesh.Cli.Commands;

internal static class GatewayCommand
{
    private const int DefaultEdgePort = 7071;
    private const int DefaultMeshPort = 7443;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Longer than a connection may be idle, so that none has to be ended that a caller may be about to use.</summary>
    private static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(90);

    public static Command Create(Terminal terminal)
    {
        var edge = RoleOptions.Listen("--listen", "Where callers from outside connect", DefaultEdgePort);
        var mesh = RoleOptions.Listen("--mesh-listen", "Where members connect, over mutual TLS", DefaultMeshPort);
        var advertise = RoleOptions.Origin("--mesh-advertise", "The https address that members are told (default: where it listens)");
        var data = RoleOptions.Data(".fnmesh-gateway");
        var takeOver = new Option<bool>("--take-over") { Description = "Take over from the gateway that runs on the same --data-dir, without a failed call; Linux" };
        var drain = RoleOptions.Duration("--drain-timeout", "How long connections may go on after another gateway has taken over", DefaultDrain);
        var command = new Command("gateway", $"Run a gateway alone. It joins by {MemberEnvironment.ControlName} and {MemberEnvironment.JoinTokenFileName}.") { edge, mesh, advertise, data, takeOver, drain };
        command.SetAction(async (parsed, cancel) =>
        {
            if (!Uri.TryCreate(terminal.Variable(MemberEnvironment.ControlName), UriKind.Absolute, out var control) || control.Scheme != Uri.UriSchemeHttps)
            {
                terminal.Complain($"{MemberEnvironment.ControlName} names no https address of control's node port, such as https://127.0.0.1:7444");
                return ExitCode.WrongUsage;
            }

            if (!AdminAddress.TryRead(terminal.Variable, out var admin, out var fault))
            {
                terminal.Complain(fault);
                return ExitCode.WrongUsage;
            }

            if (parsed.GetValue(mesh) is { } any && parsed.GetValue(advertise) is null && (any.Address.Equals(IPAddress.Any) || any.Address.Equals(IPAddress.IPv6Any)))
            {
                terminal.Complain($"--mesh-listen {any} is every address and names none that members can be told; name one with --mesh-advertise");
                return ExitCode.WrongUsage;
            }

            InlineSockets.Prefer();
            var directory = parsed.GetValue(data)!;
            var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
            var options = new GatewayNodeOptions
            {
                Zone = terminal.Variable(MemberEnvironment.ZoneName) ?? "",
                AdvertiseMesh = parsed.GetValue(advertise),
                Node = new NodeOptions
                {
                    Name = terminal.Variable(MemberEnvironment.NodeName) is { Length: > 0 } name ? name : $"gateway-{seed:x8}",
                    Role = Role.Gateway,
                    Directory = terminal.Variable(MemberEnvironment.NodeDirectoryName) is { Length: > 0 } node ? node : Path.Combine(directory, "node"),
                    Control = control,
                    JoinTokenFile = terminal.Variable(MemberEnvironment.JoinTokenFileName) is { Length: > 0 } token ? token : null,
                    Seed = seed,
                },
                Gateway = new GatewayOptions
                {
                    Edge = parsed.GetValue(edge) ?? new IPEndPoint(IPAddress.Loopback, DefaultEdgePort),
                    Mesh = parsed.GetValue(mesh) ?? new IPEndPoint(IPAddress.Loopback, DefaultMeshPort),
                    Admin = admin,
                    DataDirectory = directory,
                    OffersTakeOver = true,
                    TakesOver = parsed.GetValue(takeOver),
                    Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
                    PortOwner = PortOwner.Find,
                    Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value),
                }.WithKafka(),
            };
            return await RunAsync(options, parsed.GetValue(drain), terminal, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(GatewayNodeOptions options, TimeSpan drain, Terminal terminal, CancellationToken cancel)
    {
        await using var lines = new LineWriter(terminal.Error, terminal.ColouredError, terminal.Time);
        using var loggers = new LineLoggers(lines);
        try
        {
            options = options with { Serving = policy => lines.Say($"policy {policy.Hash[..8]} live") };
            await using var node = await GatewayNode.StartAsync(options, loggers, terminal.Time, cancel);
            await terminal.Out.WriteLineAsync($$"""ready {"gateway":"{{Origin(node.Gateway.EdgeAddress)}}","mesh":"{{Origin(node.Gateway.MeshAddress!)}}"{{ReadyAdmin.Of(node.Gateway.AdminAddress)}}}""");
            await terminal.Out.FlushAsync(cancel);
            await node.Gateway.TakenOver.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancel.IsCancellationRequested)
            {
                lines.Say($"another gateway has taken over; what is open here may go on for {drain.TotalSeconds:0.###} s");
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                await using var timer = terminal.Time.CreateTimer(static enough => ((CancellationTokenSource)enough!).Cancel(), enough, drain, Timeout.InfiniteTimeSpan);
                await node.DrainAsync(enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            using var stop = new CancellationTokenSource(StopTimeout, terminal.Time);
            await node.StopAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (Exception failure) when (failure is IOException or SocketException or UnauthorizedAccessException or NodeStartException or GatewayStartException)
        {
            terminal.Complain(PortFault.Explain(
                [("edge", options.Gateway.Edge.Port, "--listen"), ("mesh listener", options.Gateway.Mesh!.Port, "--mesh-listen"), (AdminAddress.Variable, options.Gateway.Admin?.Port ?? 0, AdminAddress.Variable)], failure));
            return ExitCode.Failed;
        }
    }

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
