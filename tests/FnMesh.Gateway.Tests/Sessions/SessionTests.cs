using System.Net;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Sessions;

public sealed class SessionTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private ScriptedFunction _one = null!;
    private ScriptedFunction _other = null!;

    public async ValueTask InitializeAsync()
    {
        var well = Enumerable.Repeat(200, 200).ToArray();
        (_one, _other) = (await ScriptedFunction.StartAsync(well), await ScriptedFunction.StartAsync(well));
    }

    [Fact]
    public async Task Calls_with_the_cookie_go_where_the_first_went_and_others_are_spread()
    {
        await using var edge = await Edge.StartAsync(Policy(50, "{ sessionName: shop }"), _time);
        var cookie = await BeginAsync(edge);
        Assert.EndsWith("; Path=/; HttpOnly; SameSite=Lax", cookie, StringComparison.Ordinal);
        var (one, other) = (_one.Requests.Count, _other.Requests.Count);

        for (var call = 0; call < 10; call++) Assert.Null(await CallAsync(edge, cookie));
        Assert.Equal(10 * one, _one.Requests.Count - one);
        Assert.Equal(10 * other, _other.Requests.Count - other);

        for (var call = 0; call < 10; call++) Assert.NotNull(await CallAsync(edge, null));
        Assert.InRange(_one.Requests.Count, 5, 16);
    }

    [Fact]
    public async Task Calls_of_gRPC_with_the_header_of_a_session_go_where_the_first_went()
    {
        await using var one = await GrpcAsync("one");
        await using var other = await GrpcAsync("other");
        await using var edge = await Edge.StartAsync(
            Yaml.App("shop", one.Address, other.Address).TrimEnd() + """

              traffic: [ { revisionName: shop-v1, percent: 50 }, { revisionName: shop-v2, percent: 50 } ]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: GRPCRoute
            metadata: { name: prices }
            spec:
              parentRefs: [ { name: edge } ]
              rules: [ { matches: [ { method: { service: shop.Prices } } ], sessionPersistence: { type: Header, sessionName: x-shop }, backendRefs: [ { name: shop } ] } ]

            """,
            _time);
        var (first, session) = await GrpcCallAsync(edge, null);

        for (var call = 0; call < 10; call++)
        {
            (var who, session) = await GrpcCallAsync(edge, session);
            Assert.Equal(first, who);
        }

        var spread = new HashSet<string>();
        for (var call = 0; call < 10; call++) spread.Add((await GrpcCallAsync(edge, null)).Who);
        Assert.Equal(["one", "other"], spread.Order());
    }

    [Fact]
    public async Task The_cookie_is_for_the_path_of_its_rule()
    {
        await using var edge = await Edge.StartAsync(Yaml.App("shop", _one.Address) + Yaml.Route("/a", "shop", ", sessionPersistence: { sessionName: shop }"), _time);

        Assert.Contains("; Path=/a; ", await BeginAsync(edge), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_a_session_count_for_the_revision_that_answers_them()
    {
        await using var edge = await Edge.StartAsync(Policy(50, "{ sessionName: shop }"), _time);
        var cookie = await BeginAsync(edge);
        for (var call = 0; call < 10; call++) await CallAsync(edge, cookie);

        Assert.Equal(11, Math.Max(_one.Requests.Count, _other.Requests.Count));
        Assert.Contains(edge.Metrics.Split('\n'), line => line.StartsWith("fnmesh_attempts_total{", StringComparison.Ordinal) && line.Contains(_one.Requests.IsEmpty ? "shop-v2" : "shop-v1", StringComparison.Ordinal) && line.EndsWith(" 11", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_of_a_session_go_to_one_of_the_endpoints_of_its_revision()
    {
        await using var edge = await Edge.StartAsync(Yaml.App("shop", _one.Address) + Route("{ sessionName: shop }"), _time);
        edge.Apply(new EndpointSnapshot([new("shop", "shop-v1", true, [_one.Address, _other.Address])]));
        var cookie = await BeginAsync(edge);
        for (var call = 0; call < 20; call++) Assert.Null(await CallAsync(edge, cookie));

        Assert.Equal([0, 21], new[] { _one.Requests.Count, _other.Requests.Count }.Order());
    }

    [Fact]
    public async Task A_session_outlives_edits_of_weights_and_not_a_weight_of_nothing()
    {
        await using var edge = await Edge.StartAsync(Policy(100, "{ sessionName: shop }"), _time);
        var cookie = await BeginAsync(edge);
        edge.Apply(Policy(1, "{ sessionName: shop }"));
        for (var call = 0; call < 10; call++) Assert.Null(await CallAsync(edge, cookie));
        Assert.Equal(11, _one.Requests.Count);

        edge.Apply(Policy(0, "{ sessionName: shop }"));
        Assert.NotNull(await CallAsync(edge, cookie));
        Assert.Single(_other.Requests);
    }

    [Fact]
    public async Task A_session_ends_at_its_absolute_timeout()
    {
        await using var edge = await Edge.StartAsync(Policy(50, "{ sessionName: shop, absoluteTimeout: 10m, cookieConfig: { lifetimeType: Permanent } }"), _time);
        var cookie = await BeginAsync(edge);
        Assert.Contains("; Max-Age=600", cookie, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(599));
        Assert.Null(await CallAsync(edge, cookie));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(await CallAsync(edge, cookie));
    }

    [Fact]
    public async Task A_session_that_is_used_outlives_its_idle_timeout_and_one_that_is_not_ends_at_it()
    {
        await using var edge = await Edge.StartAsync(Policy(50, "{ sessionName: shop, idleTimeout: 1m, absoluteTimeout: 10m, cookieConfig: { lifetimeType: Permanent } }"), _time);
        var cookie = await BeginAsync(edge);
        var (one, other) = (_one.Requests.Count, _other.Requests.Count);
        for (var call = 1; call <= 8; call++)
        {
            _time.Advance(TimeSpan.FromSeconds(59));
            cookie = Assert.IsType<string>(await CallAsync(edge, cookie));
            Assert.Contains($"; Max-Age={600 - (59 * call)}", cookie, StringComparison.Ordinal);
        }

        Assert.Equal((9 * one, 9 * other), (_one.Requests.Count, _other.Requests.Count));

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains("; Max-Age=600", await CallAsync(edge, cookie), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_endpoint_is_gone_a_new_session_begins_elsewhere()
    {
        await using var edge = await Edge.StartAsync(Policy(100, "{ sessionName: shop }"), _time);
        var cookie = await BeginAsync(edge);
        edge.Apply(Yaml.App("shop", _other.Address) + Route("{ sessionName: shop }"));

        Assert.NotNull(await CallAsync(edge, cookie));
        Assert.Single(_other.Requests);
    }

    [Fact]
    public async Task What_the_gateway_did_not_make_is_no_session()
    {
        await using var edge = await Edge.StartAsync(Policy(50, "{ sessionName: shop }"), _time);

        Assert.NotNull(await CallAsync(edge, "shop=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    }

    [Fact]
    public async Task A_header_does_the_same_and_is_told_with_every_answer()
    {
        await using var edge = await Edge.StartAsync(Policy(50, "{ type: Header, sessionName: x-shop-session }"), _time);
        using var first = await edge.Client.GetAsync("/a", Cancel);
        var token = Assert.Single(first.Headers.GetValues("x-shop-session"));
        Assert.False(first.Headers.Contains("set-cookie"));
        var one = _one.Requests.Count;

        for (var call = 0; call < 10; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/a");
            request.Headers.Add("x-shop-session", token);
            using var answer = await edge.Client.SendAsync(request, Cancel);
            token = Assert.Single(answer.Headers.GetValues("x-shop-session"));
        }

        Assert.Equal(10 * one, _one.Requests.Count - one);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    private static Task<Http2Function> GrpcAsync(string name) => Http2Function.StartAsync(context =>
    {
        (context.Response.ContentType, context.Response.Headers["grpc-status"], context.Response.Headers["who"]) = ("application/grpc", "0", name);
        return Task.CompletedTask;
    });

    /// <returns>Who answered, and the session that was told.</returns>
    private static async Task<(string Who, string Session)> GrpcCallAsync(Edge edge, string? session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Prices/Get") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } };
        if (session is not null) request.Headers.Add("x-shop", session);
        using var answer = await edge.Client.SendAsync(request, Cancel);
        Assert.Equal("0", Assert.Single(answer.Headers.GetValues("grpc-status")));
        return (Assert.Single(answer.Headers.GetValues("who")), Assert.Single(answer.Headers.GetValues("x-shop")));
    }

    private string Policy(int percent, string session) =>
        Yaml.App("shop", _one.Address, _other.Address).TrimEnd() + $"\n  traffic: [ {{ revisionName: shop-v1, percent: {percent} }}, {{ revisionName: shop-v2, percent: {100 - percent} }} ]\n" + Route(session);

    private static string Route(string session) => Yaml.Route("/", "shop", $", sessionPersistence: {session}");

    private static async Task<string> BeginAsync(Edge edge) => Assert.IsType<string>(await CallAsync(edge, null));

    /// <returns>The cookie that is told.</returns>
    private static async Task<string?> CallAsync(Edge edge, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a");
        if (cookie is not null) request.Headers.Add("cookie", $"theme=dark; {cookie.Split(';')[0]}");
        using var answer = await edge.Client.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode);
        return answer.Headers.TryGetValues("set-cookie", out var told) ? told.Single() : null;
    }
}
