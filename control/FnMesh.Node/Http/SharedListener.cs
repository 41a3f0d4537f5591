using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace FnMesh.Node.Http;

/// <summary>
/// The socket of one listener, which another process may have opened and a third may go on with. Connections that wait to be accepted wait in the socket, so none is lost as long as one process holds it.
/// </summary>
/// <remarks>
/// Kestrel's own listener is closed while it may be accepting, and .NET then disconnects the socket itself, for every process that holds it. This one stops accepting first.
/// </remarks>
public sealed class SharedListener : IConnectionListenerFactory, IDisposable
{
    private const int Backlog = 512;

    /// <summary>How long nothing is accepted once the system has nothing left for a connection.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How often that is said at most.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SocketConnectionContextFactory _connections;
    private readonly Socket? _given;
    private readonly CancellationTokenSource _enough = new();
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isLeaving;
    private long? _saidAt;
    private int _open;

    /// <param name="loggers">For connections, and for those that cannot be accepted.</param>
    /// <param name="given">A socket that listens already; null to open one.</param>
    /// <param name="connections">What of the connections is not left at its default.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public SharedListener(ILoggerFactory loggers, Socket? given = null, Action<SocketTransportOptions>? connections = null, TimeProvider? time = null)
    {
        (_log, _time) = (loggers.CreateLogger<SharedListener>(), time ?? TimeProvider.System);
        var options = new SocketTransportOptions();
        connections?.Invoke(options);
        _given = given;
        _connections = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions
            {
                IOQueueCount = options.IOQueueCount,
                MaxReadBufferSize = options.MaxReadBufferSize,
                MaxWriteBufferSize = options.MaxWriteBufferSize,
                UnsafePreferInlineScheduling = options.UnsafePreferInlineScheduling,
                WaitForDataBeforeAllocatingBuffer = options.WaitForDataBeforeAllocatingBuffer,
            },
            _log);
    }

    /// <summary>Completes when a server that started has been stopped as far as that this process holds the port no more.</summary>
    public Task Unbound => _unbound.Task;

    /// <summary>How the next connection is taken from the socket.</summary>
    internal Func<Socket, CancellationToken, ValueTask<Socket>> Take { get; init; } = static (socket, cancel) => socket.AcceptAsync(cancel);

    /// <summary>The socket, once the server has started.</summary>
    public Socket? Socket { get; private set; }

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (Socket is not null) throw new InvalidOperationException("a shared listener has one socket");
        Socket = _given ?? Open(endpoint);
        return new(new Listener(this));
    }

    /// <summary>
    /// Accepts no connection any more, and asks each that is open to end after its next request: <c>Connection: close</c> in HTTP/1.1, GOAWAY in HTTP/2. The socket itself stays as it is for whoever holds it too.
    /// Completes when no connection is open.
    /// </summary>
    public async Task LeaveAsync()
    {
        _isLeaving = true;
        await StopAcceptingAsync();
        if (Volatile.Read(ref _open) == 0) _none.TrySetResult();
        await _none.Task;
    }

    /// <summary>To be called for each request before it is answered.</summary>
    /// <param name="request">The request's features.</param>
    public void Pass(IFeatureCollection request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_isLeaving) request.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _given?.Dispose();
        Socket?.Dispose();
        _connections.Dispose();
        _enough.Dispose();
    }

    /// <exception cref="AddressInUseException">Somebody listens there.</exception>
    private static Socket Open(EndPoint endpoint)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            if (failure.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(failure.Message, failure);
            throw;
        }
    }

    private async ValueTask<ConnectionContext?> AcceptAsync()
    {
        // Who stops the accepting finds this one, or it finds that it is stopped.
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _accepting = over.Task;
        try
        {
            while (!_enough.IsCancellationRequested)
            {
                if (await TryAcceptAsync() is { } connection) return connection;
            }

            return null;
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            over.SetResult();
        }
    }

    private async ValueTask<ConnectionContext?> TryAcceptAsync()
    {
        Socket? accepted = null;
        try
        {
            accepted = await Take(Socket!, _enough.Token);
            accepted.NoDelay = true;
            var connection = _connections.Create(accepted);
            Interlocked.Increment(ref _open);
            connection.ConnectionClosed.UnsafeRegister(static listener => ((SharedListener)listener!).Closed(), this);
            return connection;
        }
        catch (SocketException failure)
        {
            accepted?.Dispose();
            // Otherwise it was reset while it waited, and the next may be sound.
            if (failure.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.SocketError) await PauseAsync(failure);
            return null;
        }
    }

    private Task PauseAsync(SocketException failure)
    {
        if (_saidAt is not { } said || _time.GetElapsedTime(said) >= Silence)
        {
            _saidAt = _time.GetTimestamp();
            ListenerLog.CannotAccept(_log, Socket!.LocalEndPoint, failure.Message);
        }

        return Task.Delay(Pause, _time, _enough.Token);
    }

    private void Closed()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _isLeaving) _none.TrySetResult();
    }

    private async Task StopAcceptingAsync()
    {
        await _enough.CancelAsync();
        Task accepting;
        lock (_gate) accepting = _accepting;
        await accepting;
    }

    private sealed class Listener(SharedListener shared) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = shared.Socket!.LocalEndPoint!;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => shared.AcceptAsync();

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await shared.StopAcceptingAsync();
            shared.Socket!.Dispose();
            shared._unbound.TrySetResult();
        }

        public ValueTask DisposeAsync() => UnbindAsync(cancellationToken: default);
    }
}
