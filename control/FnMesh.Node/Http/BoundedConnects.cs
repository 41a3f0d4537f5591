using System.Net;
using System.Net.Sockets;

namespace FnMesh.Node.Http;

/// <summary>
/// Makes the connections of an HTTP client, a few at once to each address. .NET's client begins one for every request that finds none free; where handshakes take the CPU that the requests need,
/// all of them run out of time, are begun again, and none is ever made. Who waits here takes the first connection that is free, also one that was made for another.
/// A connection that ran out of time is remembered for <see cref="Remembered"/>, until another is made: who waits for that address, or comes to it, is told at once and can go elsewhere.
/// </summary>
/// <param name="limit">How long one may take once it is begun, TLS included.</param>
/// <param name="time">The clock.</param>
/// <param name="secure">What is done with a connection before it is used, such as TLS; null for nothing.</param>
public sealed class BoundedConnects(TimeSpan limit, TimeProvider time, SecureConnection? secure = null)
{
    /// <summary>How many are made to one address at the same time.</summary>
    public const int AtOnce = 8;

    /// <summary>How long nobody else tries an address where a connection ran out of time.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

    /// <summary>Addresses that are known at the same time; beyond it one that nobody uses is forgotten.</summary>
    private const int MostLanes = 1_024;

    /// <summary>Waiting alone is no failure before this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Dictionary<DnsEndPoint, Lane> _lanes = [];

    /// <summary>Told of each that was made; must not block.</summary>
    public Action? Made { get; init; }

    /// <summary>Finds the addresses of a host, once for each connection, which goes to one of them and to no other; null leaves that to the system.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<IPAddress[]>>? Resolve { get; init; }

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
            if (IsSilent(lane)) throw Late();
            await lane.Places.WaitAsync(cancel);
            try
            {
                if (IsSilent(lane)) throw Late();
                var made = await InTimeAsync(context, lane, cancel);
                lane.SilentUntil = 0;
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

    private async ValueTask<System.IO.Stream> InTimeAsync(SocketsHttpConnectionContext context, Lane lane, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return await OpenAsync(context, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            lane.SilentUntil = time.GetTimestamp() + (long)(Remembered.TotalSeconds * time.TimestampFrequency);
            throw Late();
        }
    }

    private bool IsSilent(Lane lane) => time.GetTimestamp() < lane.SilentUntil;

    private TimeoutException Late() => new($"no connection within {limit.TotalSeconds:0.#} s");

    private async ValueTask<System.IO.Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (Resolve is { } resolve) await socket.ConnectAsync(await resolve(context.DnsEndPoint, cancel), context.DnsEndPoint.Port, cancel);
            else await socket.ConnectAsync(context.DnsEndPoint, cancel);
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
            if (--lane.Users > 0) return;
            if (!IsSilent(lane) || _lanes.Count > MostLanes) _lanes.Remove(address);
            foreach (var (other, its) in _lanes)
            {
                if (its.Users == 0 && !IsSilent(its)) _lanes.Remove(other);
            }
        }
    }

    private sealed class Lane
    {
        private long _silentUntil;

        public SemaphoreSlim Places { get; } = new(AtOnce);

        public int Users { get; set; }

        /// <summary>Until when no connection is begun, as a timestamp.</summary>
        public long SilentUntil
        {
            get => Volatile.Read(ref _silentUntil);
            set => Volatile.Write(ref _silentUntil, value);
        }
    }
}
