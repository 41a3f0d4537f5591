using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>A function behind the gateway that re-parses strictly what is forwarded, answers 200, and keeps what arrived and what was wrong with it.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<ForwardedRequest> _requests = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private Task _accepting = Task.CompletedTask;

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public static Recorder Start()
    {
        var recorder = new Recorder();
        recorder._listener.Start(512);
        recorder._accepting = recorder.AcceptAsync();
        return recorder;
    }

    /// <summary>What arrived since the last time, and what was no HTTP in it.</summary>
    public (IReadOnlyList<ForwardedRequest> Requests, IReadOnlyList<string> Faults) Take()
    {
        List<ForwardedRequest> requests = [];
        List<string> faults = [];
        while (_requests.TryDequeue(out var request)) requests.Add(request);
        while (_faults.TryDequeue(out var fault)) faults.Add(fault);
        return (requests, faults);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var connection in _connections) connection.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var connection = await _listener.AcceptTcpClientAsync();
            _connections.Add(connection);
            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using var closing = connection;
        var (buffer, length) = (new byte[128 * 1024], 0);
        try
        {
            while (await connection.GetStream().ReadAsync(buffer.AsMemory(length)) is var read and > 0)
            {
                length += read;
                while (length > 0 && StrictParser.TryRead(buffer.AsSpan(0, length), out var request, out var taken))
                {
                    _requests.Enqueue(request);
                    buffer.AsSpan(taken, length - taken).CopyTo(buffer);
                    length -= taken;
                    await connection.GetStream().WriteAsync(Answer);
                }
            }
        }
        catch (FormatException wrong)
        {
            _faults.Enqueue(wrong.Message);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The gateway broke a request off, which is its right.
        }
    }
}
