using System.Net;
using System.Net.Sockets;
using System.Text;
using FnMesh.Shim.Members;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Shim.Tests.Members;

/// <summary>Through a listener of the shim to a process that the test plays, byte for byte.</summary>
public sealed class VerbatimTransformerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Connection: close, x-secret")]
    [InlineData("Connection: close\r\nConnection: x-secret")]
    public async Task What_either_side_nominates_in_Connection_ends_at_the_shim(string nominated)
    {
        foreach (var way in (VerbatimTransformer[])[VerbatimTransformer.Inbound, VerbatimTransformer.Outbound])
        {
            var (request, answer) = await PassAsync(
                way,
                $"GET / HTTP/1.1\r\nHost: web\r\n{nominated}\r\nX-Secret: 1\r\nX-Open: 1\r\nTrailer: x-sum\r\n\r\n",
                $"HTTP/1.1 200 OK\r\n{nominated}\r\nX-Secret: 1\r\nX-Open: 1\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-sum: 1\r\n\r\n");
            foreach (var passed in (string[])[request, answer])
            {
                Assert.Contains("X-Open: 1", passed);
                Assert.DoesNotContain("X-Secret", passed);
                Assert.DoesNotContain("Trailer", passed);
            }
        }
    }

    private static async Task<(string Request, string Answer)> PassAsync(VerbatimTransformer way, string request, string answer)
    {
        using var process = new TcpListener(IPAddress.Loopback, 0);
        process.Start();
        using var client = VerbatimTransformer.CreateClient(new SocketsHttpHandler());
        await using var shim = new ShimServer(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0), (context, forwarder) => way.PassAsync(context, $"http://{process.LocalEndpoint}", forwarder, client).AsTask(), NullLoggerFactory.Instance);
        await shim.StartAsync(Cancel);
        using var caller = new TcpClient();
        await caller.ConnectAsync(IPAddress.Loopback, shim.Address.Port, Cancel);
        await caller.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), Cancel);

        using var connection = await process.AcceptTcpClientAsync(Cancel);
        using var reader = new StreamReader(connection.GetStream(), Encoding.Latin1);
        var received = new StringBuilder();
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 } line) received.Append(line).Append('\n');
        await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer), Cancel);

        using var answered = new StreamReader(caller.GetStream(), Encoding.Latin1);
        return (received.ToString(), await answered.ReadToEndAsync(Cancel));
    }
}
