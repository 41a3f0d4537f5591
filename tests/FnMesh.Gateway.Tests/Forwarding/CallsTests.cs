using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class CallsTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_to_an_app_that_never_had_an_endpoint_is_told_that_it_is_still_starting()
    {
        await using var edge = await Edge.StartAsync(Yaml.App("shop", new Uri("http://x")).Replace("url: \"http://x/\"", "command: [ never ]", StringComparison.Ordinal) + Yaml.Route("/", "shop"));

        using var answer = await edge.Client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("shop-v1 is still starting: it has had no endpoint yet; see 'fnmesh logs shop'", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_reaches_the_function_of_its_route_byte_for_byte()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        var verbatim = new Uri(edge.Address.AbsoluteUri + "a%2Fb//c;d?e=%2E%2e&f", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var body = await edge.Client.GetStringAsync(verbatim, Cancel);

        Assert.Equal("answer 1", body);
        Assert.Equal("/a%2Fb//c;d?e=%2E%2e&f", Assert.Single(function.Requests).Target);
    }

    [Fact]
    public async Task A_GET_whose_function_answers_503_503_200_is_tried_three_times_and_ends_as_one_200()
    {
        await using var function = await ScriptedFunction.StartAsync(503, 503, 200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 2, codes: [503], backoff: 1ms }"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("answer 3", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(3, function.Requests.Count);
    }

    [Fact]
    public async Task When_the_repetitions_are_used_up_the_functions_last_answer_passes_unchanged()
    {
        await using var function = await ScriptedFunction.StartAsync(503, 503, 200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 1, codes: [503], backoff: 1ms }"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("answer 2", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.False(answer.Headers.Contains("fnmesh-verdict"));
    }

    [Fact]
    public async Task A_POST_that_was_sent_is_not_repeated()
    {
        await using var function = await ScriptedFunction.StartAsync(503, 200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 2, codes: [503], backoff: 1ms }"));

        using var answer = await edge.Client.PostAsync("/a", new StringContent("x"), Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Single(function.Requests);
    }

    [Fact]
    public async Task A_PUT_is_repeated_with_the_same_body()
    {
        await using var function = await ScriptedFunction.StartAsync(503, 200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 2, codes: [503], backoff: 1ms }"));

        using var answer = await edge.Client.PutAsync("/a", new StringContent("the body"), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["the body", "the body"], function.Requests.Select(request => Encoding.UTF8.GetString(request.Body)));
    }

    [Fact]
    public async Task A_body_that_is_too_large_to_keep_is_sent_once()
    {
        await using var function = await ScriptedFunction.StartAsync(503, 200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 2, codes: [503], backoff: 1ms }"));

        using var answer = await edge.Client.PutAsync("/a", new ByteArrayContent(new byte[1_000_000]), Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(1_000_000, Assert.Single(function.Requests).Body.Length);
    }

    [Fact]
    public async Task A_POST_that_could_not_be_sent_is_tried_at_the_next_endpoint()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", Closed()) + Yaml.Route("/", "shop"));

        using var answer = await edge.Client.PostAsync("/a", new StringContent("x"), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        await AssertProblemAsync(answer, "Unreachable");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(418)]
    [InlineData(500)]
    public async Task A_functions_own_error_passes_unchanged(int status)
    {
        await using var function = await ScriptedFunction.StartAsync(status);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("answer 1", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.False(answer.Headers.Contains("fnmesh-verdict"));
    }

    [Fact]
    public async Task Spoofed_headers_never_arrive_and_the_gateways_own_do()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        string[] spoofed = ["fnmesh-principal", "FNMESH_PRINCIPAL", "fnmesh-deadline", "x-forwarded-client-cert", "client-cert", "ssl_client_verify", "x-forwarded-for", "forwarded", "x-secret"];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a");
        foreach (var name in spoofed) request.Headers.TryAddWithoutValidation(name, "spoofed");
        request.Headers.TryAddWithoutValidation("Connection", "x-secret");

        using var answer = await edge.Client.SendAsync(request, Cancel);

        var received = Assert.Single(function.Requests).Headers;
        Assert.DoesNotContain("spoofed", received.Values);
        Assert.Equal("anonymous", received["fnmesh-principal"]);
        Assert.Equal("127.0.0.1", received["x-forwarded-for"]);
        Assert.Equal("http", received["x-forwarded-proto"]);
        Assert.Equal(edge.Address.Authority, received["x-forwarded-host"]);
        Assert.InRange(int.Parse(received["fnmesh-deadline"]), 1, 100_000);
    }

    [Fact]
    public async Task Header_values_that_are_not_ASCII_pass_both_ways()
    {
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            context.Response.Headers["x-answer"] = "plain";
            return Task.CompletedTask;
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        var answer = await RawAsync(edge, "GET /a HTTP/1.1\r\nHost: shop\r\nX-Name: caf\u00C3\u00A9\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer);
        Assert.Equal("caf\u00E9", Assert.Single(function.Requests).Headers["x-name"]);
    }

    [Fact]
    public async Task A_204_that_announces_a_length_is_passed_on_without_one()
    {
        await using var function = await RawFunction.StartAsync("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_functions_fnmesh_headers_do_not_reach_the_caller()
    {
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            context.Response.Headers["fnmesh-verdict"] = "Denied";
            context.Response.Headers["x-own"] = "kept";
            return Task.CompletedTask;
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.False(answer.Headers.Contains("fnmesh-verdict"));
        Assert.True(answer.Headers.Contains("x-own"));
    }

    [Fact]
    public async Task Without_a_matching_route_the_answer_is_a_problem_that_says_so()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/a", "shop"));

        using var answer = await edge.Client.GetAsync("/b", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await AssertProblemAsync(answer, "NoRoute");
    }

    [Fact]
    public async Task Without_a_policy_nothing_is_allowed()
    {
        await using var edge = await Edge.StartAsync(policy: null);

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await AssertProblemAsync(answer, "NotReady");
    }

    [Fact]
    public async Task A_denied_call_names_the_rule_and_its_place()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: { name: closed }
            spec:
              targetRefs: [ { kind: FunctionApp, name: shop } ]
              action: DENY
              rules: [ { from: [ { principals: [ anonymous ] } ], to: [ { methods: [ DELETE ] } ] } ]
            """);

        using var allowed = await edge.Client.GetAsync("/a", Cancel);
        using var denied = await edge.Client.DeleteAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Contains("policy.yaml:", await AssertProblemAsync(denied, "Denied"));
    }

    [Fact]
    public async Task A_function_that_does_not_answer_in_time_is_a_Timeout()
    {
        var hold = new TaskCompletionSource();
        await using var function = await ScriptedFunction.StartAsync((_, _) => hold.Task);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", timeouts: { request: 100ms }"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        hold.SetResult();
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        await AssertProblemAsync(answer, "Timeout");
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_repeated_within_the_request()
    {
        var hold = new TaskCompletionSource();
        await using var function = await ScriptedFunction.StartAsync((_, number) => number == 1 ? hold.Task : Task.CompletedTask);
        await using var edge = await Edge.StartAsync(
            Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", timeouts: { request: 20s, backendRequest: 200ms }, retry: { attempts: 1, codes: [504], backoff: 1ms }"));

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        hold.SetResult();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, function.Requests.Count);
    }

    [Fact]
    public async Task A_thousand_calls_through_90_and_10_give_900_give_or_take_three()
    {
        await using var one = await ScriptedFunction.StartAsync(200);
        await using var two = await ScriptedFunction.StartAsync(200);
        var app = Yaml.App("shop", one.Address, two.Address);
        await using var edge = await Edge.StartAsync(app + "  traffic: [ { revisionName: shop-v1, percent: 90 }, { revisionName: shop-v2, percent: 10 } ]\n" + Yaml.Route("/", "shop"));

        for (var i = 0; i < 1000; i++) (await edge.Client.GetAsync("/a", Cancel)).Dispose();

        Assert.InRange(one.Requests.Count, 897, 903);
        Assert.Equal(1000, one.Requests.Count + two.Requests.Count);
    }

    [Fact]
    public async Task An_edit_under_load_fails_no_call()
    {
        await using var one = await ScriptedFunction.StartAsync(200);
        await using var two = await ScriptedFunction.StartAsync(200);
        var app = Yaml.App("shop", one.Address, two.Address);
        string Policy(int percent) => app + $"  traffic: [ {{ revisionName: shop-v1, percent: {percent} }}, {{ revisionName: shop-v2, percent: {100 - percent} }} ]\n" + Yaml.Route("/", "shop");
        await using var edge = await Edge.StartAsync(Policy(90));

        var callers = Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 100; i++)
            {
                using var answer = await edge.Client.GetAsync("/a", Cancel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }).ToArray();
        for (var edit = 0; edit < 50; edit++)
        {
            edge.Apply(Policy(edit));
            await Task.Yield();
        }

        await Task.WhenAll(callers);
    }

    [Fact]
    public async Task HTTP_2_with_prior_knowledge_is_served_on_the_same_port()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await edge.Client.SendAsync(request, Cancel);
        using var another = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpVersion.Version11, another.Version);
    }

    [Theory]
    [InlineData("GET /a/../b HTTP/1.1\r\nHost: shop\r\n\r\n", "400")]
    [InlineData("GET /%61 HTTP/1.1\r\nHost: shop\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: shop\r\n\r\n", "400")]
    [InlineData("GET http://other/ HTTP/1.1\r\nHost: shop\r\n\r\n", "400")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: shop\r\n\r\n", "400")]
    public async Task What_is_ambiguous_never_reaches_a_function(string request, string status)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        var line = await RawAsync(edge, request);

        Assert.StartsWith($"HTTP/1.1 {status}", line);
        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task A_caller_that_goes_away_is_felt_by_the_function()
    {
        var arrived = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            arrived.SetResult();
            await aborted.Task;
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var leave = new CancellationTokenSource();

        var call = edge.Client.GetAsync("/a", leave.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    /// <summary>The first line of the answer to bytes that no client would send.</summary>
    private static async Task<string?> RawAsync(Edge edge, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, edge.Address.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), Cancel);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        return await reader.ReadLineAsync(Cancel);
    }

    private static async Task<string> AssertProblemAsync(HttpResponseMessage answer, string verdict)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(verdict, Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Cancel)).RootElement;
        Assert.Equal(verdict, problem.GetProperty("verdict").GetString());
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.Equal(32, problem.GetProperty("traceId").GetString()!.Length);
        return problem.GetProperty("detail").GetString()!;
    }

    /// <summary>An address on which nobody listens.</summary>
    private static Uri Closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://{listener.LocalEndpoint}");
    }
}
