using System.Net;
using System.Text;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class RequestBodyTests
{
    private const string Head = "PUT /a HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Once = ", retry: { attempts: 0 }";
    private const string Again = ", retry: { attempts: 2, codes: [502, 503, 504], backoff: 1ms }";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, string> Bodies => new(
        [
            "zz\r\nabc\r\n0\r\n\r\n",
            "+1\r\na\r\n0\r\n\r\n",
            "-1\r\na\r\n0\r\n\r\n",
            "FFFFFFFFFFFFFFFFF\r\na\r\n0\r\n\r\n",
            "1\na\r\n0\r\n\r\n",
            "1;\n\r\na\r\n0\r\n\r\n",
            "1;a=\nb\r\na\r\n0\r\n\r\n",
            "1\r\nabc\r\n0\r\n\r\n",
            "1\r\na\n0\r\n\r\n",
            "5\r\nhello\r\n5\r\nhello\r\nzz\r\n",
            "0\r\nno trailer\r\n\r\n",
            "5\r\nhello\r\n0\r\nx: y\n\r\n",
        ],
        [Once, Again]);

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_breaks_the_rules_is_answered_with_a_problem_and_never_reaches_a_function_whole(string body, string retry)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", retry));

        var answer = await RawCaller.SendAsync(edge.Address, Head + body);

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("Content-Type: application/problem+json\r\n", answer);
        Assert.Contains("fnmesh-verdict: Malformed\r\n", answer);
        Assert.Contains("the body cannot be read: ", answer);
        Assert.Empty(function.Requests);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Once)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Again)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhe", Again)]
    [InlineData("Content-Length: 10\r\n\r\nhello", Once)]
    [InlineData("Content-Length: 10\r\n\r\nhello", Again)]
    public async Task A_caller_that_ends_in_the_middle_of_its_body_went_away_and_gets_nothing(string rest, string retry)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", retry));
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync("PUT /a HTTP/1.1\r\nHost: shop\r\n" + rest);
        caller.EndWriting();

        Assert.DoesNotContain("HTTP", await caller.ReadToEndAsync());
        Assert.Empty(function.Requests);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhello", "world")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "5\r\nworld\r\n0\r\n\r\n")]
    public async Task A_call_that_ends_before_its_body_has_come_leaves_the_rest_to_the_server_and_no_error_in_the_log(string first, string rest)
    {
        var (time, log, begun) = (new FakeTimeProvider(), new HeardLog(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            if (context.Request.Path == "/next") return;
            for (var read = 0; read < 5; read++) await Http2Function.ReadAsync(context.Request.Body, context.RequestAborted);
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", Once + ", timeouts: { request: 5s }"), time, log: log);
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync("PUT /a HTTP/1.1\r\nHost: shop\r\n" + first);
        await begun.Task.WaitAsync(Patience, Cancel);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.StartsWith("HTTP/1.1 504 ", await caller.ReadToAsync("}"));
        await caller.WriteAsync(rest + "GET /next HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadToEndAsync());
        Assert.Empty(log.Errors);
    }

    [Fact]
    public async Task Callers_that_send_broken_bodies_do_not_open_the_breaker()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: careful }
            spec:
              targetRefs: [ { kind: FunctionApp, name: shop } ]
              circuitBreaker: { failureRatio: 0.5, minimumThroughput: 2, window: 10s, breakFor: 60s }
            """);

        for (var i = 0; i < 5; i++) Assert.StartsWith("HTTP/1.1 400 ", await RawCaller.SendAsync(edge.Address, Head + "zz\r\n"));
        using var answer = await edge.Client.PutAsync("/a", new StringContent("whole", Encoding.UTF8), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
