using System.Net;
using System.Net.WebSockets;
using System.Text;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Grpc;

public sealed class GrpcTests(GrpcMesh grpc) : IClassFixture<GrpcMesh>
{
    private const string AllKinds = "quote 7 watch 1,2,3 total 6 haggle 1,2,3";

    private Mesh Mesh => grpc.Mesh;

    [Theory]
    [InlineData("/typed", "shop")]
    [InlineData("/channel/pricing", "shop")]
    [InlineData("/channel/shop", "shop")]
    [InlineData("/web/door/pricing", "web")]
    [InlineData("/web/door/shop", "web")]
    public async Task All_four_kinds_of_call_pass_with_the_callers_identity(string path, string caller)
    {
        using var answer = await Mesh.GetAsync(path);
        Assert.Equal($"200 spiffe://mesh.local/ns/default/app/{caller} {AllKinds}", $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    [Theory]
    [InlineData("/channel/nobody")]
    [InlineData("/web/door/nobody")]
    public async Task An_app_that_is_not_there_is_a_status_of_gRPC_that_says_why(string path)
    {
        using var answer = await Mesh.GetAsync(path);
        Assert.StartsWith("Unimplemented NoRoute ", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_caller_at_the_edge_reaches_a_process_by_gRPC_and_cancels_it_by_going_away()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Mesh.Up.Gateway, "/shop.Shop/Watch"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            // A message without fields.
            Content = new ByteArrayContent(new byte[5]) { Headers = { { "content-type", "application/grpc" } } },
            Headers = { { "te", "trailers" } },
        };

        using (var answer = await Mesh.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.False(answer.Headers.Contains("grpc-status"));
            await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[6]);
        }

        await Mesh.Up.Errors.FirstAsync(line => line.Contains("the watch was cancelled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_sent_events_pass_a_shim_one_by_one()
    {
        using var reader = new StreamReader(await Mesh.Http.GetStreamAsync(new Uri(Mesh.Up.Gateway, "/web/feed")));
        for (var number = 1; number <= 3; number++)
        {
            Assert.Equal($"data: {number}", await Patience.ForAsync(reader.ReadLineAsync(), () => $"event {number}"));
            Assert.Equal("", await reader.ReadLineAsync());
            (await Mesh.GetAsync("/web/next")).Dispose();
        }

        Assert.Null(await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_WebSocket_passes_a_shim(string version)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new UriBuilder(Mesh.Up.Gateway) { Scheme = "ws", Path = "/web/chat" }.Uri, invoker, CancellationToken.None);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

        var buffer = new byte[16];
        var answer = await Patience.ForAsync(socket.ReceiveAsync(buffer, CancellationToken.None), () => "the echo");

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, answer.Count));
        await Patience.ForAsync(Closed(socket), () => "the end");
    }

    private static async Task<bool> Closed(ClientWebSocket socket)
    {
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
        return true;
    }
}
