using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FnMesh.Bench.Wall;

/// <summary>A peer that holds a connection as cheaply as it can: it sends a head a byte at a time and never ends it, or asks for much and takes it a byte at a time. Cut off, it comes again.</summary>
/// <param name="gateway">Where to.</param>
/// <param name="reads">Whether it is the answer that it is slow with.</param>
internal sealed class SlowPeer(Uri gateway, bool reads)
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private static long _open;
    private static long _cut;
    private static long _failed;

    /// <summary>Connections of all peers that stand now, that were cut off so far, and that did not come to be.</summary>
    public static (long Open, long Cut, long Failed) Counts => (Interlocked.Read(ref _open), Interlocked.Read(ref _cut), Interlocked.Read(ref _failed));

    public async Task RunAsync(TimeSpan delay, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(delay, cancel);
            while (true) await HoldAsync(cancel);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task HoldAsync(CancellationToken cancel)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (reads) socket.ReceiveBufferSize = 4096;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, gateway.Port, cancel);
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _failed);
            await Task.Delay(Pause, cancel);
            return;
        }

        Interlocked.Increment(ref _open);
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {(reads ? "/big" : "/work")} HTTP/1.1\r\nHost: shop\r\n{(reads ? "\r\n" : "X-Slow: ")}"), cancel);
            if (reads) await ReadAsync(socket, cancel);
            else await WriteAsync(socket, cancel);
        }
        catch (SocketException)
        {
            // Cut off, which is what it is for.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            if (!cancel.IsCancellationRequested) Interlocked.Increment(ref _cut);
        }
    }

    private static async Task WriteAsync(Socket socket, CancellationToken cancel)
    {
        var answer = socket.ReceiveAsync(new byte[512], cancel).AsTask();
        while (await Task.WhenAny(answer, Task.Delay(Pause, cancel)) != answer)
        {
            cancel.ThrowIfCancellationRequested();
            await socket.SendAsync("a"u8.ToArray(), cancel);
        }

        await answer;
    }

    private static async Task ReadAsync(Socket socket, CancellationToken cancel)
    {
        var one = new byte[1];
        while (await socket.ReceiveAsync(one, cancel) > 0) await Task.Delay(Pause, cancel);
    }
}
