using System.Net;
using System.Net.Sockets;

namespace FnMesh.Node.Http;

/// <summary>
/// Makes the connections of an HTTP client, a few at once to each address. .NET's client begins one for every request that finds none free; where handshakes take the CPU that the requests need,
/// all of them run out of time, are begun again, and none is ever made. Who waits here loses nothing: its request takes the first connection that is free, also one that was made for another.
/// </summary>
/// <param name="limit">How long one may take once it is begun, TLS included.</param>
/// <param name="time">The clock.</param>
/// <param name="secure">What is done with a connection before it is used, such as TLS; null for nothing.</param>
public sealed class BoundedConnects(TimeSpan limit, TimeProvider time, SecureConnection? secure = null)
{
    /// <summary>How many are made to one address at the same time.</summary>
    public const int AtOnce = 8;

    /// <summary>Waiting alone is no failure before this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Dictionary<DnsEndPoint, Lane> _lanes = [];

    /// <summary>Told of each that was made; must not block.</summary>
    public Action? Made { get; init; }

    /// <summary>Lets the handler make its connections here.</summary>
    public void Serve(SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        handler.ConnectCallback = ConnectAsync;
        handler.ConnectTimeout = LongestWait;
    }

    private async ValueTask<System.IO.Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var lane = Enter(context.DnsEndPoint);
        try
        {
            await lane.Places.WaitAsync(cancel);
            try
            {
                var made = await InTimeAsync(context, cancel);
                Made?.Invoke();
                return made;
            }
            finally
            {
                lane.Places.Release();
            }
        }
        finally
        {
            Leave(context.DnsEndPoint, lane);
        }
    }

    private async ValueTask<System.IO.Stream> InTimeAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return await OpenAsync(context, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"no connection within {limit.TotalSeconds:0.#} s");
        }
    }

    private async ValueTask<System.IO.Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        return secure is null ? stream : await secure(context, stream, cancel);
    }

    private Lane Enter(DnsEndPoint address)
    {
        lock (_lanes)
        {
            if (!_lanes.TryGetValue(address, out var lane)) _lanes[address] = lane = new Lane();
            lane.Users++;
            return lane;
        }
    }

    private void Leave(DnsEndPoint address, Lane lane)
    {
        lock (_lanes)
        {
            if (--lane.Users == 0) _lanes.Remove(address);
        }
    }

    private sealed class Lane
    {
        public SemaphoreSlim Places { get; } = new(AtOnce);

        public int Users { get; set; }
    }
}
