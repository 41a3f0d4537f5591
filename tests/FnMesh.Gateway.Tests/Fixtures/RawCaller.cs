using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A caller that writes bytes which no client would, and reads all that comes back.</summary>
internal sealed class RawCaller : IDisposable
{
    private readonly TcpClient _socket;
    private readonly NetworkStream _stream;

    private RawCaller(TcpClient socket) => (_socket, _stream) = (socket, socket.GetStream());

    public static async Task<RawCaller> ConnectAsync(Uri address)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        return new(socket);
    }

    /// <summary>Sends a whole request and reads until the gateway closes the connection.</summary>
    public static async Task<string> SendAsync(Uri address, string request)
    {
        using var caller = await ConnectAsync(address);
        await caller.WriteAsync(request);
        return await caller.ReadToEndAsync();
    }

    public async Task WriteAsync(string bytes) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);

    /// <summary>Says that nothing more will come, and goes on listening.</summary>
    public void EndWriting() => _socket.Client.Shutdown(SocketShutdown.Send);

    /// <summary>What was answered until <paramref name="end"/> came, or the connection was closed or reset.</summary>
    public async Task<string> ReadToAsync(string? end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (end is null || !text.ToString().Contains(end, StringComparison.Ordinal))
            {
                var read = await _stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
                if (read == 0) break;
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            text.Append("(reset)");
        }

        return text.ToString();
    }

    public Task<string> ReadToEndAsync() => ReadToAsync(null);

    public void Dispose() => _socket.Dispose();
}
