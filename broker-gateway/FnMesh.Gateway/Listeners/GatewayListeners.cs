using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Routing;
using FnMesh.Node.Http;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Listeners;

/// <summary>
/// Opens and closes ports as the Gateways of the policy say. Each port is a server of its own, so that a change of one touches no other, nor a connection; a change of host names,
/// certificates or routes touches no port at all, because every handshake and every request asks the table of the moment. A port that cannot be opened is tried again, the rest goes on.
/// </summary>
internal sealed partial class GatewayListeners : IAsyncDisposable
{
    /// <summary>After how long files are read again, and ports tried again.</summary>
    internal static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    /// <summary>How long what is in flight on a port may take that no listener has any more.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);

    private readonly Func<int, IPEndPoint> _place;
    private readonly Func<HttpContext, int, Task> _handle;
    private readonly Func<RoutingTable?> _table;
    private readonly Func<int, string?> _owner;
    private readonly Func<string, IPEndPoint, Socket?> _given;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<ListenerTlsEntry, CertificatePair> _pairs = new();
    private readonly CancellationTokenSource _stop = new();
    private ImmutableSortedDictionary<int, OpenPort> _open = ImmutableSortedDictionary<int, OpenPort>.Empty;
    private ImmutableSortedDictionary<int, string> _faults = ImmutableSortedDictionary<int, string>.Empty;
    private readonly Dictionary<int, OpenPort> _ending = [];
    private Task? _turning;

    /// <param name="place">Where a port of policy is.</param>
    /// <param name="handle">Takes a request that came to a port of policy.</param>
    /// <param name="table">The table of the moment.</param>
    /// <param name="owner">Who listens on a port already, for people; null where nobody knows.</param>
    /// <param name="loggers">For what opens, closes and fails.</param>
    /// <param name="time">The clock.</param>
    /// <param name="given">A socket of that name that listens there already; null for none.</param>
    public GatewayListeners(
        Func<int, IPEndPoint> place, Func<HttpContext, int, Task> handle, Func<RoutingTable?> table, Func<int, string?> owner, ILoggerFactory loggers, TimeProvider time,
        Func<string, IPEndPoint, Socket?>? given = null)
    {
        (_place, _handle, _table, _owner, _loggers, _time, _given) = (place, handle, table, owner, loggers, time, given ?? (static (_, _) => null));
        _log = loggers.CreateLogger<GatewayListeners>();
    }

    /// <summary>What does not work of what policy asks for, one sentence each; empty when all does.</summary>
    public IReadOnlyList<string> Faults =>
    [
        .. Volatile.Read(ref _faults).Values,
        .. from port in _table()?.Ports.Values ?? []
           from listener in port.All
           let fault = listener.Entry.Tls is { } files && _pairs.TryGetValue(files, out var pair) ? pair.Fault : null
           where fault is not null
           orderby listener.Name
           select $"{listener.Name}: {fault}",
    ];

    /// <summary>The sockets of the ports that are open, by name.</summary>
    public IReadOnlyList<(string Name, SharedListener Listener)> Sockets => [.. Volatile.Read(ref _open).Select(static port => (NameOf(port.Key), port.Value.Server.Socket))];

    /// <summary>Where a port of policy is served; null where it is not.</summary>
    public Uri? AddressOf(int port) => Volatile.Read(ref _open).GetValueOrDefault(port)?.Server.Address;

    /// <summary>Opens what the table asks for already, and follows it from now on.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_stop.IsCancellationRequested) return;
            _turning = TurnAsync();
            await FollowNowAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Completes when the ports of the table of now are open, or were tried once. Before the start it does nothing.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_turning is not null && !_stop.IsCancellationRequested) await FollowNowAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Leaves the ports as they are to who holds their sockets too: from now on policy opens and closes none here.</summary>
    public async Task LeaveAsync()
    {
        await _stop.CancelAsync();
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            foreach (var port in _open.Values) _ = port.Server.Socket.LeaveAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>After <see cref="LeaveAsync"/>: completes when no connection to a port is open any more.</summary>
    public Task DrainAsync() => Task.WhenAll(Volatile.Read(ref _open).Values.Select(static port => port.Server.Socket.LeaveAsync()));

    /// <summary>Takes nothing new and lets what is in flight end, until <paramref name="cancel"/>.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        await _stop.CancelAsync();
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            await Task.WhenAll([.. _open.Values.Select(port => port.Server.StopAsync(cancel)), .. _ending.Values.Select(port => port.Ended.WaitAsync(cancel))]);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_turning is not null) await _turning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var port in _ending.Values)
        {
            await port.CutAsync();
            await port.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var port in _open.Values.Concat(_ending.Values)) port.Dispose();
        _stop.Dispose();
        _gate.Dispose();
    }

    private async Task TurnAsync()
    {
        using var turns = new PeriodicTimer(Turn, _time);
        while (await turns.WaitForNextTickAsync(_stop.Token))
        {
            await _gate.WaitAsync(_stop.Token);
            try
            {
                await FollowNowAsync();
            }
#pragma warning disable CA1031 // Whatever one turn meets, the next one may not.
            catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
            {
                TurnFailed(failure);
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    private async Task FollowNowAsync()
    {
        var wanted = _table()?.Ports ?? RoutingTable.None.Ports;
        var files = wanted.Values.SelectMany(port => port.All).Select(listener => listener.Entry.Tls).OfType<ListenerTlsEntry>().ToHashSet();
        foreach (var entry in _pairs.Keys.Where(entry => !files.Contains(entry))) _pairs.TryRemove(entry, out _);
        foreach (var entry in files) _pairs.GetOrAdd(entry, Pair);
        // Reading blocks, and whoever asks may be on a thread that connections wait for.
        await Task.Run(() => { foreach (var pair in _pairs.Values) pair.Refresh(); }, CancellationToken.None);

        foreach (var (number, gone) in _ending.Where(ending => ending.Value.Ended.IsCompleted).ToArray())
        {
            gone.Dispose();
            _ending.Remove(number);
        }

        foreach (var (number, port) in _open)
        {
            if (wanted.TryGetValue(number, out var listeners) && IsSecure(listeners) == port.IsSecure) continue;
            Volatile.Write(ref _open, _open.Remove(number));
            await CloseAsync(number, port);
        }

        foreach (var number in _faults.Keys.Where(number => !wanted.ContainsKey(number))) Volatile.Write(ref _faults, _faults.Remove(number));
        foreach (var (number, listeners) in wanted.OrderBy(port => port.Key))
        {
            if (!_open.ContainsKey(number)) await OpenAsync(number, listeners);
        }
    }

    private async Task OpenAsync(int number, HostTable<BoundListener> listeners)
    {
        var secure = IsSecure(listeners);
        var names = string.Join(", ", listeners.All.Select(listener => listener.Name));
        var place = _place(number);
        var server = new EdgeServer(place, context => _handle(context, number), _loggers, _time, secure ? Tls(number) : null, _given(NameOf(number), place));
        try
        {
            await server.StartAsync(_stop.Token);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            server.Dispose();
            var fault = failure is IOException { InnerException: AddressInUseException }
                ? $"{names}: port {number} is busy{(_owner(number) is { } owner ? $": {owner} listens there" : "")}; stop it, or choose another port"
                : $"{names}: port {number} cannot be opened: {failure.Message}";
            if (_faults.GetValueOrDefault(number) != fault) NotOpen(fault);
            Volatile.Write(ref _faults, _faults.SetItem(number, fault));
            return;
        }
        catch
        {
            server.Dispose();
            throw;
        }

        Volatile.Write(ref _open, _open.Add(number, new OpenPort(server, secure, _time)));
        Volatile.Write(ref _faults, _faults.Remove(number));
        Opened(names, server.Address);
    }

    /// <summary>The port is free when this returns; what is in flight on it goes on for a while.</summary>
    private async Task CloseAsync(int number, OpenPort port)
    {
        // A port that comes and goes within that while is cut short, so that there is one at most.
        if (_ending.Remove(number, out var before))
        {
            await before.CutAsync();
            await before.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            before.Dispose();
        }

        var address = port.Server.Address;
        await port.EndAsync(Drain);
        _ending.Add(number, port);
        Closed(address);
    }

    private CertificatePair Pair(ListenerTlsEntry entry) => new(entry, _log, _time);

    private TlsHandshakeCallbackOptions Tls(int number) => new()
    {
        OnConnection = hello => ValueTask.FromResult(Choose(number, hello.ClientHelloInfo.ServerName)),
    };

    /// <exception cref="AuthenticationException">No listener is for the server name, or its certificate cannot be used; the connection ends.</exception>
    private SslServerAuthenticationOptions Choose(int number, string serverName)
    {
        if (_table()?.Ports.GetValueOrDefault(number)?.Find(serverName) is not { Entry.Tls: { } files } listener) throw new AuthenticationException($"no listener on port {number} is for the server name '{serverName}'");
        return _pairs.TryGetValue(files, out var pair) && pair.Options is { } options ? options : throw new AuthenticationException($"{listener.Name} has no certificate that can be used");
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"port-{number}");

    private static bool IsSecure(HostTable<BoundListener> listeners) => listeners.All[0].Entry.Tls is not null;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Listeners} listens on {Address}")]
    private partial void Opened(string listeners, Uri address);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} takes nothing new any more")]
    private partial void Closed(Uri address);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}; it is tried again every 5 s, and everything else goes on")]
    private partial void NotOpen(string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "listeners could not be looked after; it is tried again in 5 s")]
    private partial void TurnFailed(Exception failure);
}
