using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A peer that speaks the frames of HTTP/2: it refuses the first requests unprocessed and echoes the bodies of those that follow, with a trailer at the end.</summary>
internal sealed class RawHttp2Function : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, RstStream = 3, Settings = 4, Ping = 6, GoAway = 7;
    private const byte Acknowledged = 1, EndStream = 1, EndHeaders = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Task> _serving = [];
    private readonly bool _byGoAway;
    private int _toRefuse;
    private int _requests;

    private RawHttp2Function(int refuse, bool byGoAway) => (_toRefuse, _byGoAway) = (refuse, byGoAway);

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many requests came, refused or not.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <param name="refuse">How many requests are refused, once their first byte of body has come.</param>
    /// <param name="byGoAway">By ending the connection with GOAWAY instead of REFUSED_STREAM.</param>
    public static RawHttp2Function Start(int refuse, bool byGoAway = false)
    {
        var function = new RawHttp2Function(refuse, byGoAway);
        function._listener.Start();
        function._serving.Add(function.AcceptAsync());
        return function;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var serving in _serving) await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var connection = await _listener.AcceptTcpClientAsync();
            _serving.Add(ServeAsync(connection));
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using var closing = connection;
        var stream = connection.GetStream();
        await stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length]);
        await WriteAsync(stream, Settings, 0, 0, []);
        var (head, refused) = (new byte[9], 0);
        while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload);
            var (type, flags, id) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
            if (type == Settings && (flags & Acknowledged) == 0) await WriteAsync(stream, Settings, Acknowledged, 0, []);
            if (type == Ping && (flags & Acknowledged) == 0) await WriteAsync(stream, Ping, Acknowledged, 0, payload);
            if (type == Headers)
            {
                Interlocked.Increment(ref _requests);
                if (_toRefuse-- > 0) refused = id;
                else await WriteAsync(stream, Headers, EndHeaders, id, [0x88, .. Field("content-type", "application/grpc")]);
            }

            if (type != Data) continue;
            if (id == refused)
            {
                if (_byGoAway)
                {
                    await WriteAsync(stream, GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
                    return;
                }

                await WriteAsync(stream, RstStream, 0, id, [0, 0, 0, 7]);
                continue;
            }

            if (payload.Length > 0) await WriteAsync(stream, Data, 0, id, payload);
            if ((flags & EndStream) != 0) await WriteAsync(stream, Headers, EndHeaders | EndStream, id, Field("grpc-status", "0"));
        }
    }

    /// <summary>A header field that no table keeps (RFC 7541, 6.2.2).</summary>
    private static byte[] Field(string name, string value) => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static async Task WriteAsync(NetworkStream stream, byte type, byte flags, int id, byte[] payload)
    {
        byte[] frame = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        await stream.WriteAsync(frame);
    }
}
