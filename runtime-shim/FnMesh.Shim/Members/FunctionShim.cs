using System.Net;
using FnMesh.Node;
using FnMesh.Node.Members;
using Microsoft.Extensions.Logging;

namespace FnMesh.Shim.Members;

/// <summary>Makes any HTTP process a member of the mesh: an identity, an endpoint that gateways alone reach, and a door to other functions.</summary>
public sealed class FunctionShim : IAsyncDisposable
{
    private static readonly TimeSpan MaxConnectionAge = TimeSpan.FromMinutes(10);

    private readonly FunctionMember _member;
    private readonly Inbound _inbound;
    private readonly OutboundDoor _door;
    private readonly Uri? _advertise;

    private FunctionShim(FunctionMember member, IPEndPoint listen, Uri? advertise, ILoggerFactory loggers, TimeProvider time)
    {
        (_member, _advertise) = (member, advertise);
        _inbound = new Inbound(listen, member.Credentials, loggers, time, MaxConnectionAge);
        _door = new OutboundDoor(member.Gateways, loggers, time);
    }

    /// <summary>The app that its identity names.</summary>
    public string App => _member.Credentials.Svid.Id.AppName ?? throw new InvalidOperationException($"{_member.Credentials.Svid.Id} is no function app, and joined as one");

    /// <summary>The way of the process's events and calls into the mesh; not to be disposed of.</summary>
    internal GatewayHandler Gateways => _member.Gateways;

    /// <summary>Where gateways reach the process.</summary>
    public Uri Address => _advertise ?? _inbound.Address;

    /// <summary>Where the process reaches the mesh, on loopback.</summary>
    public Uri Door => _door.Address;

    /// <summary>Why no gateway sends anything here; null when they may.</summary>
    public string? Unready() => !_inbound.IsOpen ? "the process does not listen" : _member.Standing switch
    {
        null => "control has not answered yet",
        [] => null,
        var faults => string.Join("; ", faults),
    };

    /// <summary>What is measured, in Prometheus' text format.</summary>
    public string Metrics() => ShimMetrics.Render(_inbound.IsOpen, _member.Standing is [], _inbound.Requests, _door.Requests, _member.Credentials.Svid.NotAfter);

    /// <summary>Completes when the process has an identity and both listeners are open; gateways are sent here only after <see cref="ServeAsync"/>.</summary>
    /// <param name="options">How to join.</param>
    /// <param name="listen">Where gateways are to reach it; port 0 takes a free one.</param>
    /// <param name="advertise">The address that they are told; null for where it listens.</param>
    /// <param name="loggers">For refusals and failures.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="NodeStartException">It cannot join.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<FunctionShim> StartAsync(MemberOptions options, IPEndPoint listen, Uri? advertise, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        var shim = new FunctionShim(await FunctionMember.JoinAsync(options, loggers, time, cancel), listen, advertise, loggers, time);
        try
        {
            await shim._inbound.StartAsync(cancel);
            await shim._door.StartAsync(cancel);
            return shim;
        }
        catch
        {
            await shim.DisposeAsync();
            throw;
        }
    }

    /// <summary>The process listens: tells control, and completes when control has answered.</summary>
    /// <param name="process">Where it listens.</param>
    /// <param name="cancel">Gives up the wait for control.</param>
    /// <param name="patience">How long a request that the process never saw waits for the next process, after <see cref="Forget"/>; zero where another endpoint may take it.</param>
    /// <returns>Why control refuses the endpoint; empty when it stands.</returns>
    public Task<IReadOnlyList<string>> ServeAsync(Uri process, CancellationToken cancel, TimeSpan patience = default) =>
        SeatAsync(new Served(ProcessPlace.Seat.At(process)), patience, cancel);

    /// <inheritdoc cref="ServeAsync(Uri, CancellationToken, TimeSpan)"/>
    /// <param name="served">What takes requests, and what its functions declare.</param>
    /// <param name="patience">As above.</param>
    /// <param name="cancel">As above.</param>
    internal Task<IReadOnlyList<string>> SeatAsync(Served served, TimeSpan patience, CancellationToken cancel)
    {
        _inbound.Place.Take(served.Seat, patience);
        return _member.AnnounceAsync(Address, served.Declaration, cancel);
    }

    /// <summary>The process is going, or has gone: completes when no gateway sends anything new here, or when there is nobody to ask.</summary>
    public Task LeaveAsync(CancellationToken cancel)
    {
        _inbound.Place.Close();
        return _member.LeaveAsync(cancel);
    }

    /// <summary>The process has ended: what comes all the same waits for the next one, if <see cref="ServeAsync"/> was told to let it, or is told that the process never saw it.</summary>
    public void Forget() => _inbound.Place.Lose();

    /// <summary>Takes nothing new and lets what is in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => _inbound.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _inbound.DisposeAsync();
        await _door.DisposeAsync();
        await _member.DisposeAsync();
    }
}
