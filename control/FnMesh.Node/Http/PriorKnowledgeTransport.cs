using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FnMesh.Node.Http;

/// <summary>
/// Lets one clear-text port serve HTTP/1.1 and HTTP/2: Kestrel speaks only one of them on a port without TLS. Connections that begin with
/// the HTTP/2 preface (RFC 9113, 3.4) are handed to a second endpoint, which has no socket of its own.
/// </summary>
public sealed class PriorKnowledgeTransport : IConnectionListenerFactory
{
    private static readonly EndPoint HandedOver = new PriorKnowledgeEndPoint();

    private readonly IConnectionListenerFactory _sockets;
    private readonly TimeProvider _time;
    private readonly Channel<ConnectionContext> _handedOver = Channel.CreateUnbounded<ConnectionContext>();

    /// <param name="loggers">For the sockets below.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sockets">What is not left at its default.</param>
    public PriorKnowledgeTransport(ILoggerFactory loggers, TimeProvider time, Action<SocketTransportOptions>? sockets = null)
        : this(new SocketTransportFactory(Options.Create(With(sockets)), loggers), time)
    {
    }

    /// <param name="sockets">Opens the port.</param>
    /// <param name="time">The clock.</param>
    public PriorKnowledgeTransport(IConnectionListenerFactory sockets, TimeProvider time) => (_sockets, _time) = (sockets, time);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0"u8;

    /// <summary>Opens one port for both versions, on a server whose transport this is.</summary>
    /// <param name="kestrel">The server's options.</param>
    /// <param name="endpoint">Where; port 0 takes a free one.</param>
    /// <returns>The port's options, which know its number once the server has started.</returns>
    public ListenOptions Listen(KestrelServerOptions kestrel, IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ListenOptions opened = null!;
        kestrel.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => RouteAsync(connection, next));
            opened = listen;
        });
        kestrel.Listen(HandedOver, static listen => listen.Protocols = HttpProtocols.Http2);
        return opened;
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint == HandedOver ? new Listener(_handedOver) : await _sockets.BindAsync(endpoint, cancellationToken);

    /// <summary>Serves a connection as what its first bytes say it is.</summary>
    internal async Task RouteAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!await BeginsWithPrefaceAsync(connection))
        {
            await next(connection);
            return;
        }

        await using var handed = new HandedOverConnection(connection);
        // Every connection counts against Kestrel's limit where it was accepted, which bounds the channel too.
        if (_handedOver.Writer.TryWrite(handed)) await handed.Ended;
    }

    private async ValueTask<bool> BeginsWithPrefaceAsync(ConnectionContext connection)
    {
        using var slow = new CancellationTokenSource(TimeSpan.FromSeconds(10), _time);
        var input = connection.Transport.Input;
        while (true)
        {
            System.IO.Pipelines.ReadResult read;
            try
            {
                read = await input.ReadAsync(slow.Token);
            }
            catch (OperationCanceledException)
            {
                connection.Abort(new ConnectionAbortedException("no request came within 10 s"));
                return false;
            }
            catch (Exception gone) when (gone is ConnectionResetException or ConnectionAbortedException)
            {
                // Whoever is behind it sees the same failure, and takes it for what it is.
                return false;
            }

            var buffer = read.Buffer;
            var begins = Begins(buffer);
            var decided = begins is not null || read.IsCompleted;
            input.AdvanceTo(buffer.Start, decided ? buffer.Start : buffer.End);
            if (decided) return begins == true;
        }
    }

    private static SocketTransportOptions With(Action<SocketTransportOptions>? change)
    {
        var options = new SocketTransportOptions();
        change?.Invoke(options);
        return options;
    }

    /// <summary>Null while the bytes could still become either.</summary>
    private static bool? Begins(ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(buffer.Length, Preface.Length);
        buffer.Slice(0, length).CopyTo(first);
        if (!Preface[..length].SequenceEqual(first[..length])) return false;
        return length == Preface.Length ? true : null;
    }

    private sealed class PriorKnowledgeEndPoint : EndPoint
    {
        public override string ToString() => "HTTP/2 with prior knowledge";
    }

    private sealed class Listener(Channel<ConnectionContext> handedOver) : IConnectionListener
    {
        public EndPoint EndPoint => HandedOver;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await handedOver.Reader.WaitToReadAsync(cancellationToken) && handedOver.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            handedOver.Writer.TryComplete();
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
