using FnMesh.Node;
using FnMesh.Node.Protocol;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway;

/// <summary>
/// A gateway that control tells what to serve. It opens no listener before it holds an SVID, and serves what it served last until control says otherwise,
/// so that a restart needs no control.
/// </summary>
public sealed partial class GatewayNode : IAsyncDisposable
{
    private readonly MeshNode _node;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _announcing = Task.CompletedTask;

    private GatewayNode(MeshNode node, MeshGateway gateway, ILogger log) => (_node, Gateway, _log) = (node, gateway, log);

    public MeshGateway Gateway { get; }

    /// <summary>Completes when the gateway listens; whether control answers plays no part, once the node holds an SVID.</summary>
    /// <param name="options">Start-up values.</param>
    /// <param name="loggers">For refusals and failures.</param>
    /// <param name="time">The clock of everything.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <exception cref="NodeStartException">It cannot join.</exception>
    /// <exception cref="GatewayStartException">The data directory cannot be used.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<GatewayNode> StartAsync(GatewayNodeOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var node = await MeshNode.StartAsync(options.Node, loggers, time, cancel);
        var serving = (Policy: "", Endpoints: "");
        MeshGateway gateway;
        try
        {
            gateway = await MeshGateway.StartAsync(
                options.Gateway with { Credentials = node.Credentials, Zone = options.Zone, Name = options.Node.Name, Left = LeaveAsync }, loggers, time, cancel, async opened => serving = await ServeLastKnownGoodAsync(node, opened, options.Serving, cancel));
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }

        var running = new GatewayNode(node, gateway, loggers.CreateLogger<GatewayNode>());
        node.Connect(new NodeDuties { Policy = ApplySentAsync, Endpoints = gateway.Apply, Faults = () => gateway.ListenerFaults }, serving);
        running._announcing = running.AnnounceAsync(options.AdvertiseMesh, options.Zone);
        return running;

        async ValueTask<IReadOnlyList<string>> ApplySentAsync(PolicySnapshot policy, CancellationToken applying)
        {
            var faults = await ApplyAsync(gateway, policy, options.Serving, applying);
            if (faults.Count > 0) options.Refused?.Invoke(string.Join("; ", faults));
            return faults;
        }

        // A name is one process's at a time.
        Task LeaveAsync(string successor) => successor == options.Node.Name ? node.DisposeAsync().AsTask() : Task.CompletedTask;
    }

    /// <inheritdoc cref="MeshGateway.DrainAsync"/>
    public Task DrainAsync(CancellationToken cancel) => Gateway.DrainAsync(cancel);

    /// <summary>Takes nothing new and lets what is in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => Gateway.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _announcing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _node.DisposeAsync();
        await Gateway.DisposeAsync();
        _stop.Dispose();
    }

    /// <returns>What is served now, as control is told it.</returns>
    private static async Task<(string Policy, string Endpoints)> ServeLastKnownGoodAsync(MeshNode node, MeshGateway gateway, Action<PolicySnapshot>? told, CancellationToken cancel)
    {
        var (policy, endpoints) = node.ReadLastKnownGood();
        if (endpoints is not null) gateway.Apply(endpoints);
        if (policy is null || (await ApplyAsync(gateway, policy, told, cancel)).Count > 0) return ("", "");
        return (policy.Hash, endpoints is null ? "" : FnMesh.Policy.EndpointSnapshotJson.VersionOf(FnMesh.Policy.EndpointSnapshotJson.Write(endpoints)));
    }

    private static async ValueTask<IReadOnlyList<string>> ApplyAsync(MeshGateway gateway, PolicySnapshot policy, Action<PolicySnapshot>? told, CancellationToken cancel)
    {
        try
        {
            await gateway.ApplyAsync(policy, cancel);
            told?.Invoke(policy);
            return [];
        }
        catch (GatewayStartException refused)
        {
            return [refused.Message];
        }
    }

    private async Task AnnounceAsync(Uri? advertised, string zone)
    {
        try
        {
            var mesh = advertised ?? Gateway.MeshAddress;
            var addresses = new GatewayAddresses { Edge = Origin(Gateway.EdgeAddress), Mesh = mesh is null ? "" : Origin(mesh), Zone = zone };
            var faults = await _node.AnnounceAsync(new Announcement { Gateway = addresses }, _stop.Token);
            if (faults.Count > 0) LogRefused(string.Join("; ", faults));
        }
#pragma warning disable CA1031 // Nobody awaits it before the end; the edge serves all the same.
        catch (Exception failure) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotAnnounced(failure);
        }
    }

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);

    [LoggerMessage(Level = LogLevel.Error, Message = "control refuses this gateway: {Faults}")]
    private partial void LogRefused(string faults);

    [LoggerMessage(Level = LogLevel.Error, Message = "the gateway could not tell control where it listens, so no function calls through it; mend what is said here and start it again")]
    private partial void LogNotAnnounced(Exception failure);
}
