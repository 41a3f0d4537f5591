using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Wall;

public sealed class SlowPeerTests
{
    // The server's own clock measures its bounds: the longest, for a head, is 10 s. Both are waited for at once.
    [Fact]
    public async Task Who_never_ends_a_head_or_a_body_and_who_says_nothing_is_cut_off()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var silent = await RawCaller.ConnectAsync(edge.Address);
        using var head = await RawCaller.ConnectAsync(edge.Address);
        using var body = await RawCaller.ConnectAsync(edge.Address);

        await head.WriteAsync("GET / HTTP/1.1\r\nHost: shop\r\nX-Slow: a");
        await body.WriteAsync("PUT / HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\nhello");
        var ends = await Task.WhenAll(silent.ReadToEndAsync(), head.ReadToEndAsync(), body.ReadToEndAsync());

        Assert.True(ends[0] is "" or "(reset)", ends[0]);
        Assert.StartsWith("HTTP/1.1 408 ", ends[1]);
        Assert.StartsWith("HTTP/1.1 400 ", ends[2]);
        Assert.Empty(function.Requests);
    }
}
