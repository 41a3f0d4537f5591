using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Wall;

public sealed class SlowPeerTests
{
    private const byte Headers = 1, EndStream = 1;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The server's own clock measures its bounds: the longest, for a head, is 10 s. All are waited for at once.
    [Fact]
    public async Task Who_never_ends_a_head_or_a_body_and_who_says_nothing_is_cut_off()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var silent = await RawCaller.ConnectAsync(edge.Address);
        using var preface = await RawCaller.ConnectAsync(edge.Address);
        using var head = await RawCaller.ConnectAsync(edge.Address);
        using var body = await RawCaller.ConnectAsync(edge.Address);
        using var stream = await RawHttp2Caller.ConnectAsync(edge.Address);

        await preface.WriteAsync("PRI * HT");
        await head.WriteAsync("GET / HTTP/1.1\r\nHost: shop\r\nX-Slow: a");
        await body.WriteAsync("PUT / HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\nhello");
        await stream.WriteAsync(RawHttp2Caller.Frame(Headers, EndStream, 1, 0x82, 0x86, 0x84));
        var ends = await Task.WhenAll(silent.ReadToEndAsync(), preface.ReadToEndAsync(), head.ReadToEndAsync(), body.ReadToEndAsync());

        Assert.True(ends[0] is "" or "(reset)", ends[0]);
        Assert.True(ends[1] is "" or "(reset)", ends[1]);
        Assert.StartsWith("HTTP/1.1 408 ", ends[2]);
        Assert.StartsWith("HTTP/1.1 400 ", ends[3]);
        await stream.Ended.WaitAsync(Patience, Cancel);
        Assert.Empty(function.Requests);
        Assert.Contains("fnmesh_server_refusals_total{fnmesh_reason=\"slow-head\"} 2", edge.Metrics);
        Assert.Contains("fnmesh_refusals_total{fnmesh_verdict=\"Malformed\"} 1", edge.Metrics);
    }
}
