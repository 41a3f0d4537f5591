using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Ingress;

public sealed class ServerLogTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> Refusals => new()
    {
        { "malformed", "GET /a HTTP/1.1\r\n\r\n" },
        { "malformed", "GET /a HTTP/1.1\r\nHost: shop\r\nHost: shop\r\n\r\n" },
        { "malformed", "POST /a HTTP/1.1\r\nHost: shop\r\nContent-Length: +5\r\n\r\nhello" },
        { "malformed", "G(T /a HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "target-too-long", $"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: shop\r\n\r\n" },
        { "head-too-large", $"GET /a HTTP/1.1\r\nHost: shop\r\nX: {new string('a', 40_000)}\r\n\r\n" },
        { "version", "GET /a HTTP/1.2\r\nHost: shop\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_the_server_refuses_by_itself_is_counted_once_with_its_reason_and_is_no_call(string reason, string request)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        await RawCaller.SendAsync(edge.Address, request);

        Assert.Equal([$"fnmesh_server_refusals_total{{fnmesh_reason=\"{reason}\"}} 1"], Counted(edge, "fnmesh_server_refusals_total"));
        Assert.Empty(Counted(edge, "fnmesh_refusals_total"));
    }

    [Theory]
    [InlineData("zz\r\nabc\r\n0\r\n\r\n")]
    [InlineData("1\r\nabc\r\n0\r\n\r\n")]
    [InlineData("1;\n\r\na\r\n0\r\n\r\n")]
    public async Task A_call_with_a_broken_body_is_counted_as_the_call_that_it_was(string body)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        await RawCaller.SendAsync(edge.Address, "PUT /a HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n" + body);

        Assert.Equal(["fnmesh_refusals_total{fnmesh_verdict=\"Malformed\"} 1"], Counted(edge, "fnmesh_refusals_total"));
        Assert.Empty(Counted(edge, "fnmesh_server_refusals_total"));
    }

    [Theory]
    [InlineData("a stream", 0x82, 0x86, 0x84, 0x01, 1, 64)]
    [InlineData("the connection", 0x82, 0x82, 0x86, 0x84)]
    [InlineData("a head that cannot be unpacked", 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)]
    public async Task What_breaks_the_rules_of_HTTP_2_is_counted_once(string ended, params int[] head)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawHttp2Caller.ConnectAsync(edge.Address);

        await caller.WriteAsync(RawHttp2Caller.Frame(1, 5, 1, [.. head.Select(static one => (byte)one)]));
        await caller.EndAsync(1).WaitAsync(Patience, Cancel);

        Assert.True(Counted(edge, "fnmesh_server_refusals_total") is ["fnmesh_server_refusals_total{fnmesh_reason=\"http2\"} 1"], ended);
        Assert.Empty(Counted(edge, "fnmesh_refusals_total"));
    }

    private static string[] Counted(Edge edge, string name) => [.. edge.Metrics.Split('\n').Where(line => line.StartsWith(name + '{', StringComparison.Ordinal))];
}
