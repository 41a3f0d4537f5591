using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A caller that writes HTTP/2 frames which no client would, and reads until the gateway ends the connection.</summary>
internal sealed class RawHttp2Caller : IDisposable
{
    private const byte Data = 0, Headers = 1, Reset = 3, Ping = 6, GoAway = 7;
    private const byte EndStream = 1;

    /// <summary>How a head begins that says 200 (RFC 7541, appendix A).</summary>
    private const byte Ok = 0x88;

    private readonly TcpClient _socket;
    private readonly NetworkStream _stream;
    private readonly TaskCompletionSource<byte[]> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(int Stream, int Code)> _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _ends = new();
    private readonly ConcurrentDictionary<int, byte> _begins = new();
    private readonly TaskCompletionSource _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RawHttp2Caller(TcpClient socket)
    {
        (_socket, _stream) = (socket, socket.GetStream());
        Ended = ReadAsync();
    }

    /// <summary>A ping that <see cref="Marked"/> knows again.</summary>
    public static byte[] Mark => Frame(Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);

    /// <summary>The error code of GOAWAY (RFC 9113, 7); null when the connection ended without one.</summary>
    public Task<int?> Ended { get; }

    /// <summary>The first head that was answered, packed.</summary>
    public Task<byte[]> Head => _head.Task;

    /// <summary>The first stream that the gateway reset, and the code.</summary>
    public Task<(int Stream, int Code)> WasReset => _reset.Task;

    /// <summary>Completes when <see cref="Mark"/> was answered.</summary>
    public Task Marked => _marked.Task;

    /// <summary>Completes when the gateway has ended a stream, whatever way, or the connection.</summary>
    public Task EndAsync(int stream) => Task.WhenAny(EndOf(stream).Task, Ended);

    /// <summary>Whether a stream was answered with 200.</summary>
    public bool Succeeded(int stream) => _begins.TryGetValue(stream, out var first) && first == Ok;

    /// <summary>Connects and sends the preface with SETTINGS.</summary>
    /// <param name="address">The gateway's.</param>
    /// <param name="settings">Identifiers and values (RFC 9113, 6.5.1); nothing changes nothing.</param>
    public static async Task<RawHttp2Caller> ConnectAsync(Uri address, params byte[] settings)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        var caller = new RawHttp2Caller(socket);
        await caller.WriteAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, settings)]);
        return caller;
    }

    /// <param name="type">RFC 9113, 6.</param>
    /// <param name="flags">Of that type.</param>
    /// <param name="stream">0 is the connection.</param>
    /// <param name="payload">What follows the frame's head.</param>
    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>Writes as much as the gateway takes: it may have ended the connection.</summary>
    public async Task WriteAsync(byte[] bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Ended, which is what the test waits for.
        }
    }

    public void Dispose() => _socket.Dispose();

    private TaskCompletionSource EndOf(int stream) => _ends.GetOrAdd(stream, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task<int?> ReadAsync()
    {
        var head = new byte[9];
        int? code = null;
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(head);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
                await _stream.ReadExactlyAsync(payload);
                var stream = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
                if (head[3] == Headers) _head.TrySetResult(payload);
                if (head[3] == Headers) _begins.TryAdd(stream, payload.FirstOrDefault());
                if (head[3] == Reset || (head[3] is Headers or Data && (head[4] & EndStream) != 0)) EndOf(stream).TrySetResult();
                if (head[3] == Reset) _reset.TrySetResult((stream, BinaryPrimitives.ReadInt32BigEndian(payload)));
                if (head[3] == Ping && payload[7] == 8) _marked.TrySetResult();
                if (head[3] == GoAway) code = BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4));
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException)
        {
            return code;
        }
    }
}
