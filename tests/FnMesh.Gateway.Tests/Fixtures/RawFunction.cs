using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A function that answers every connection with bytes that no server would write.</summary>
internal sealed class RawFunction : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;
    private Task _serving = Task.CompletedTask;

    private RawFunction(string answer) => _answer = Encoding.Latin1.GetBytes(answer);

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public static Task<RawFunction> StartAsync(string answer)
    {
        var function = new RawFunction(answer);
        function._listener.Start();
        function._serving = function.ServeAsync();
        return Task.FromResult(function);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        var request = new byte[16 * 1024];
        while (true)
        {
            using var connection = await _listener.AcceptTcpClientAsync();
            var length = 0;
            while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) length += await connection.GetStream().ReadAsync(request.AsMemory(length));
            await connection.GetStream().WriteAsync(_answer);
        }
    }
}
