using System.Net;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Limits;

/// <summary>Limits of a TrafficPolicy and of the Mesh, at the real edge; the clock is the test's.</summary>
public sealed class LimitsTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Beyond_the_rate_calls_are_answered_with_429_and_Retry_After_and_the_function_sees_none()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Limits("requestsPerSecond: 2"), _time);
        for (var call = 0; call < 2; call++) Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));

        using var refused = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("RateLimited", Assert.Single(refused.Headers.GetValues("fnmesh-verdict")));
        Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Contains("TrafficPolicy limited (policy.yaml:", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("2 a second to FunctionApp shop", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, function.Requests.Count);

        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(edge));
    }

    [Fact]
    public async Task Every_answer_tells_the_limit_and_what_is_left_of_it()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Limits("requestsPerSecond: 2, burst: 5, inFlight: 9"), _time);
        List<string> told = [];
        for (var call = 0; call < 6; call++)
        {
            using var answer = await edge.Client.GetAsync("/a", Cancel);
            told.Add(string.Join(", ", answer.Headers.GetValues("RateLimit")));
            Assert.Equal("\"limited\";q=5;w=3, \"limited-in-flight\";q=9;qu=\"concurrent-requests\"", string.Join(", ", answer.Headers.GetValues("RateLimit-Policy")));
        }

        Assert.Equal(["\"limited\";r=4;t=1", "\"limited\";r=3;t=1", "\"limited\";r=2;t=2", "\"limited\";r=1;t=2", "\"limited\";r=0;t=3", "\"limited\";r=0;t=1"], told);
    }

    [Fact]
    public async Task What_a_function_says_of_its_own_limits_stays()
    {
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            context.Response.Headers["RateLimit"] = "\"own\";r=1;t=1";
            return Task.CompletedTask;
        });
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Limits("requestsPerSecond: 2"), _time);

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(["\"own\";r=1;t=1", "\"limited\";r=1;t=1"], answer.Headers.GetValues("RateLimit"));
    }

    [Fact]
    public async Task Each_value_of_a_header_is_counted_by_itself_and_calls_without_it_together()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Limits("requestsPerSecond: 1, per: header, header: X-Tenant"), _time);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, "a"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, "b"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(edge, "a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(edge));
    }

    [Fact]
    public async Task Two_routes_to_one_app_share_the_apps_limit_and_a_routes_own_limit_counts_that_route_alone()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        var routes = Shop(function.Address) + Yaml.Route("/b", "shop").Replace("shop-route", "other-route", StringComparison.Ordinal);
        await using var edge = await Edge.StartAsync(routes + Limits("requestsPerSecond: 2"), _time);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, path: "/a"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, path: "/b"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(edge, path: "/b"));

        edge.Apply(routes + Limits("requestsPerSecond: 1", "HTTPRoute, name: other-route"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, path: "/b"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(edge, path: "/b"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, path: "/a"));
    }

    [Fact]
    public async Task An_edit_of_something_else_gives_nobody_a_new_share()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Limits("requestsPerSecond: 1"), _time);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));

        edge.Apply(Shop(function.Address, ", timeouts: { request: 7s }") + Limits("requestsPerSecond: 1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(edge));

        edge.Apply(Shop(function.Address));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    [Theory]
    [InlineData("inFlight: 1", HttpStatusCode.ServiceUnavailable, "Overloaded")]
    [InlineData("inFlight: 1, per: principal", HttpStatusCode.TooManyRequests, "RateLimited")]
    public async Task Beyond_what_may_be_under_way_calls_are_refused_until_one_has_ended(string limits, HttpStatusCode status, string verdict)
    {
        TaskCompletionSource reached = new(), go = new();
        await using var function = await ScriptedFunction.StartAsync(async (_, number) =>
        {
            if (number > 1) return;
            reached.SetResult();
            await go.Task;
        });
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Limits(limits), _time);
        var first = edge.Client.GetAsync("/a", Cancel);
        await reached.Task;

        using var refused = await edge.Client.GetAsync("/a", Cancel);
        Assert.Equal((status, verdict), (refused.StatusCode, Assert.Single(refused.Headers.GetValues("fnmesh-verdict"))));
        Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
        Assert.True(refused.Headers.Contains("RateLimit-Policy"));

        go.SetResult();
        using var answer = await first;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    [Fact]
    public async Task Whom_a_policy_denies_uses_up_nothing()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        var closed = """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: { name: no-deletes }
            spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], action: DENY, rules: [ { to: [ { methods: [ DELETE ] } ] } ] }

            """;
        await using var edge = await Edge.StartAsync(Shop(function.Address) + closed + Limits("requestsPerSecond: 1"), _time);
        for (var call = 0; call < 3; call++)
        {
            using var denied = await edge.Client.DeleteAsync("/a", Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_gateway_that_carries_as_much_as_it_may_refuses_at_the_door(string method)
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        TaskCompletionSource go = new();
        using var reached = new CountdownEvent(3);
        await using var function = await ScriptedFunction.StartAsync(async (_, number) =>
        {
            if (number > 3) return;
            reached.Signal();
            await go.Task;
        });
        await using var edge = await Edge.StartAsync(Shop(function.Address) + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Mesh
            metadata: { name: small }
            spec: { limits: { inFlight: 4 } }

            """);
        var calls = Enumerable.Range(0, 3).Select(_ => edge.Client.GetAsync("/a", Cancel)).ToArray();
        await Task.Run(() => reached.Wait(Cancel), Cancel);

        using var request = new HttpRequestMessage(new HttpMethod(method), "/nowhere");
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        using var refused = await edge.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("Overloaded", Assert.Single(refused.Headers.GetValues("fnmesh-verdict")));
        Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
        if (method == "GET")
        {
            var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel)).RootElement;
            Assert.Equal(("Overloaded", 503, Trace), (problem.GetProperty("verdict").GetString(), problem.GetProperty("status").GetInt32(), problem.GetProperty("traceId").GetString()));
            using var without = await edge.Client.GetAsync("/nowhere", Cancel);
            Assert.Matches("^[0-9a-f]{32}$", JsonDocument.Parse(await without.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("traceId").GetString());
        }

        Assert.Contains("fnmesh_refusals_total{fnmesh_verdict=\"Overloaded\"}", edge.Metrics, StringComparison.Ordinal);
        go.SetResult();
        foreach (var call in calls) (await call).Dispose();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    private static string Shop(Uri function, string more = "") => Yaml.App("shop", function) + Yaml.Route("/a", "shop", more);

    private static string Limits(string limits, string target = "FunctionApp, name: shop") => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: limited }
        spec: { targetRefs: [ { kind: {{target}} } ], limits: { {{limits}} } }

        """;

    private static async Task<HttpStatusCode> StatusAsync(Edge edge, string? tenant = null, string path = "/a")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (tenant is not null) request.Headers.Add("x-tenant", tenant);
        using var answer = await edge.Client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
