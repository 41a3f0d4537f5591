using System.Net;
using FnMesh.Gateway.Tests.Balancing;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Faults;

/// <summary>Faults that policy injects, at the real edge.</summary>
public sealed class FaultTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_abort_is_answered_with_its_status_and_says_that_it_was_injected()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("abort: { status: 418 }"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal((HttpStatusCode)418, answer.StatusCode);
        Assert.Equal("Injected", Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        var problem = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("\"status\":418", problem, StringComparison.Ordinal);
        Assert.Contains("injected", problem, StringComparison.Ordinal);
        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task Of_many_calls_about_as_many_are_aborted_as_the_percentage_says()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("abort: { percent: 25, status: 503 }"));
        var aborted = 0;
        for (var call = 0; call < 400; call++)
        {
            using var answer = await edge.Client.GetAsync("/a", Cancel);
            aborted += answer.StatusCode == HttpStatusCode.ServiceUnavailable ? 1 : 0;
        }

        // Drawn from a seed: always the same number, within three standard deviations of 100.
        Assert.InRange(aborted, 74, 126);
    }

    [Fact]
    public async Task Only_calls_that_have_the_headers_are_hit()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("abort: { status: 500 }, headers: [ { name: X-Chaos, value: \"yes\" }, { type: RegularExpression, name: x-user, value: test-.* } ]"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, ("x-chaos", "yes")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge, ("x-chaos", "yes"), ("x-user", "ada")));
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(edge, ("x-chaos", "yes"), ("x-user", "test-1")));
    }

    [Fact]
    public async Task A_delay_comes_before_the_function_is_called_and_the_answer_says_so()
    {
        var time = new ArmedTime();
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("delay: { duration: 20s }"), time);
        var call = edge.Client.GetAsync("/a", Cancel);
        await SleepAsync(time);
        Assert.Empty(function.Requests);

        time.Advance(TimeSpan.FromSeconds(20));

        using var answer = await call;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("delay=20000ms", Assert.Single(answer.Headers.GetValues("fnmesh-fault")));
        Assert.False(answer.Headers.Contains("fnmesh-verdict"));
    }

    [Fact]
    public async Task A_delay_is_part_of_the_time_that_the_call_has()
    {
        var time = new ArmedTime();
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("delay: { duration: 20s }, abort: { status: 503 }", "timeouts: { request: 5s }"), time);
        var call = edge.Client.GetAsync("/a", Cancel);
        await SleepAsync(time);

        time.Advance(TimeSpan.FromSeconds(5));

        using var answer = await call;
        Assert.Equal(("Timeout", "delay=20000ms"), (Assert.Single(answer.Headers.GetValues("fnmesh-verdict")), Assert.Single(answer.Headers.GetValues("fnmesh-fault"))));
        Assert.Contains("injected", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(function.Requests);
    }

    [Theory]
    [InlineData("abort: { status: 503 }", "14")]
    [InlineData("abort: { status: 418 }", "2")]
    [InlineData("abort: { grpcStatus: RESOURCE_EXHAUSTED }", "8")]
    [InlineData("abort: { status: 503, grpcStatus: INTERNAL }", "13")]
    [InlineData("delay: { duration: 1ms }, abort: { grpcStatus: ABORTED }", "10")]
    public async Task A_call_of_gRPC_is_aborted_with_a_status_of_gRPC(string fault, string status)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault(fault));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a/Call") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } };

        using var answer = await edge.Client.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.OK, status, "Injected"), (answer.StatusCode, answer.Headers.GetValues("grpc-status").Single(), answer.Headers.GetValues("fnmesh-verdict").Single()));
        Assert.Contains("injected", answer.Headers.GetValues("grpc-message").Single(), StringComparison.Ordinal);
        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task A_status_of_gRPC_alone_hits_no_other_call()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("abort: { grpcStatus: UNAVAILABLE }"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    [Fact]
    public async Task An_abort_is_of_the_whole_call_and_is_not_repeated()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("abort: { percent: 50, status: 503 }", "retry: { attempts: 5, codes: [ 503 ], backoff: 1ms }"));
        var aborted = 0;
        for (var call = 0; call < 100; call++) aborted += await StatusAsync(edge) == HttpStatusCode.ServiceUnavailable ? 1 : 0;

        // With five repetitions of each it would be one or two.
        Assert.InRange(aborted, 35, 65);
        Assert.Equal(100 - aborted, function.Requests.Count);
    }

    [Fact]
    public async Task A_change_acts_on_the_next_call()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Fault("abort: { status: 503 }"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(edge));

        edge.Apply(Shop(function.Address) + Fault("abort: { percent: 0, status: 503 }"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    /// <summary>Until the delay is kept.</summary>
    private static async Task SleepAsync(ArmedTime time)
    {
        while (await time.Armed.ReadAsync(Cancel) != TimeSpan.FromSeconds(20)) continue;
    }

    private static string Shop(Uri function) => Yaml.App("shop", function) + Yaml.Route("/a", "shop");

    private static string Fault(string fault, string more = "retry: { attempts: 0 }") => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: chaos }
        spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], fault: { {{fault}} }, {{more}} }

        """;

    private static async Task<HttpStatusCode> StatusAsync(Edge edge, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a");
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var answer = await edge.Client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
