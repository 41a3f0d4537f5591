using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Ingress;

public sealed class FramingTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: shop\r\n";
    private const string Old = "POST / HTTP/1.0\r\nHost: shop\r\nConnection: keep-alive\r\n";

    // What would be taken for a request of its own wherever the first one is seen to end earlier.
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n";

    [Theory]
    [InlineData(Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Old + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Old + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    public async Task A_request_whose_end_is_uncertain_is_refused_with_a_problem_and_ends_the_connection(string request)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        var answer = await RawCaller.SendAsync(edge.Address, request + Smuggled);

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("fnmesh-verdict: Malformed\r\n", answer);
        Assert.Contains("Connection: close\r\n", answer);
        Assert.Equal(0, answer.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal));
        Assert.Empty(function.Requests);
    }

    [Theory]
    [InlineData(Post + "Content-Length: +5\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: -5\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: 0x5\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: 5 5\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: 5, 5\r\n\r\nhello")]
    [InlineData(Post + "Content-Length:\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: 99999999999999999999\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: 000000000000000000000000000000000000000000000000000000000000000005\r\n\r\nhello")]
    [InlineData(Post + "Content-Length : 5\r\n\r\nhello")]
    [InlineData(Post + " Content-Length: 5\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(Post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData(Post + "Content-Length: 5\r\nX-Folded: a\r\n b\r\n\r\nhello")]
    [InlineData(Post + "X-Folded: a\r\n\tTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(Post + "X-A: a\nX-B: b\r\n\r\n")]
    [InlineData(Post + "X-A: a\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(Post + "X-A: a\rX-B: b\r\n\r\n")]
    [InlineData(Post + "X-A: a\0b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: shop\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: shop\n\r\n")]
    public async Task What_the_server_itself_cannot_frame_is_refused_and_ends_the_connection(string request)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        var answer = await RawCaller.SendAsync(edge.Address, request + Smuggled);

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Equal(0, answer.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal));
        Assert.Empty(function.Requests);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length:\t 005 \r\n\r\nhello")]
    [InlineData("Transfer-Encoding: Chunked\r\n\r\n5;note=\"x\"\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n")]
    public async Task What_is_certain_passes_and_the_connection_goes_on(string rest)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync(Post + rest + Post + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        await caller.ReadToEndAsync();

        Assert.Equal(["hello", ""], function.Requests.Select(request => System.Text.Encoding.ASCII.GetString(request.Body)));
    }
}
