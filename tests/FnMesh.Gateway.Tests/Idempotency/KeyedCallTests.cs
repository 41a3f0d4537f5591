using System.Net;
using System.Text;
using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Tests.Tracing;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Idempotency;

/// <summary>Calls with an Idempotency-Key, at the real edge.</summary>
public sealed class KeyedCallTests : IAsyncLifetime
{
    private const string Key = "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LeftStage _left = new();
    private readonly KeyStore _keys;

    public KeyedCallTests() => _keys = new KeyStore(_folder.Path, _time);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _keys.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Who_comes_again_gets_the_answer_again_and_the_function_runs_once()
    {
        await using var function = await ScriptedFunction.StartAsync((context, number) =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.Location = $"/orders/{number}";
            context.Response.Headers.Append("x-part", "a");
            context.Response.Headers.Append("x-part", "b");
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync($"order {number}");
        });
        await using var edge = await StartAsync(function.Address);

        using var first = await PostAsync(edge, "{\"sku\":1}");
        using var again = await PostAsync(edge, "{\"sku\":1}");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        Assert.Equal("order 1", await first.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("order 1", await again.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("/orders/1", again.Headers.Location?.OriginalString);
        Assert.Equal(["a", "b"], again.Headers.GetValues("x-part"));
        Assert.Equal("text/plain", again.Content.Headers.ContentType?.ToString());
        Assert.False(first.Headers.Contains("fnmesh-replayed"));
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("fnmesh-replayed")));
        Assert.True(function.Requests.TryDequeue(out var received));
        Assert.Equal("{\"sku\":1}", Encoding.UTF8.GetString(received.Body));
        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task An_answer_without_a_body_is_given_again_too()
    {
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        await using var edge = await StartAsync(function.Address);

        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(edge));
        Assert.Single(function.Requests);
    }

    [Theory]
    [InlineData("/a", "other")]
    [InlineData("/a?x=1", "{}")]
    [InlineData("/a/b", "{}")]
    public async Task The_key_of_another_call_is_a_conflict(string path, string body)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));

        using var answer = await PostAsync(edge, body, path: path);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Conflict"), (answer.StatusCode, Assert.Single(answer.Headers.GetValues("fnmesh-verdict"))));
        Assert.Single(function.Requests);
    }

    [Fact]
    public async Task The_key_of_a_call_to_another_host_is_a_conflict()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address);
        using var one = await PostAsync(edge, host: "one.example");

        using var other = await PostAsync(edge, host: "other.example");
        using var again = await PostAsync(edge, host: "ONE.example");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal("answer 1", await again.Content.ReadAsStringAsync(Cancel));
        Assert.Single(function.Requests);
    }

    [Theory]
    [InlineData("name: b, ")]
    [InlineData("")]
    public async Task The_key_of_a_call_that_another_rule_took_is_a_conflict(string name)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(
            Yaml.App("shop", function.Address) + $$"""
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: tenants }
            spec:
              parentRefs: [ { name: edge } ]
              rules:
                - { backendRefs: [ { name: shop } ] }
                - { {{name}}matches: [ { headers: [ { name: x-tenant, value: b } ] } ], backendRefs: [ { name: shop } ] }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: once }
            spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], idempotency: { keepFor: 24h } }

            """,
            _time,
            keys: _keys);
        using var one = await PostAsync(edge);

        using var other = await PostAsync(edge, tenant: "b");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity), (one.StatusCode, other.StatusCode));
        Assert.Single(function.Requests);
    }

    [Fact]
    public async Task While_the_first_runs_the_second_is_a_conflict_and_may_come_again()
    {
        TaskCompletionSource reached = new(), go = new();
        await using var function = await ScriptedFunction.StartAsync(async (_, _) =>
        {
            reached.SetResult();
            await go.Task;
        });
        await using var edge = await StartAsync(function.Address);
        var first = PostAsync(edge);
        await reached.Task;

        using var second = await PostAsync(edge);
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (second.StatusCode, Assert.Single(second.Headers.GetValues("fnmesh-verdict"))));
        Assert.Equal("1", Assert.Single(second.Headers.GetValues("Retry-After")));

        go.SetResult();
        using var answer = await first;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    [Fact]
    public async Task A_caller_that_goes_away_comes_back_for_the_answer()
    {
        TaskCompletionSource reached = new(), go = new();
        await using var function = await ScriptedFunction.StartAsync(async (context, number) =>
        {
            reached.SetResult();
            await go.Task;
            await context.Response.WriteAsync($"order {number}");
        });
        await using var edge = await StartAsync(function.Address);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = PostAsync(edge, cancel: gone.Token);
        await reached.Task;
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.SetResult();
        await _left.Left.Task.WaitAsync(Cancel);

        using var again = await PostAsync(edge);

        Assert.Equal((HttpStatusCode.OK, "order 1"), (again.StatusCode, await again.Content.ReadAsStringAsync(Cancel)));
        Assert.Single(function.Requests);
    }

    [Fact]
    public async Task A_call_without_a_time_limit_ends_some_time_after_its_caller_went_away()
    {
        var time = new Deliveries.ArmedTime();
        TaskCompletionSource reached = new();
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var edge = await Edge.StartAsync(Policy(function.Address, "keepFor: 24h }, timeouts: { request: 0s"), time, last: _left, keys: _keys);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = PostAsync(edge, cancel: gone.Token);
        await reached.Task;
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        while (await time.ArmedAsync() != TimeSpan.FromSeconds(100))
        {
        }

        time.Advance(TimeSpan.FromSeconds(100));

        await _left.Left.Task.WaitAsync(Cancel);
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(edge));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task What_the_function_says_it_could_not_do_may_be_tried_again(int status)
    {
        await using var function = await ScriptedFunction.StartAsync(status, 200);
        await using var edge = await StartAsync(function.Address);

        Assert.Equal((HttpStatusCode)status, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(2, function.Requests.Count);
    }

    [Fact]
    public async Task What_was_sent_and_never_answered_does_not_run_again()
    {
        await using var function = await ScriptedFunction.StartAsync((context, number) =>
        {
            if (number == 1) context.Abort();
            return Task.CompletedTask;
        });
        await using var edge = await StartAsync(function.Address);

        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(edge));
        using var again = await PostAsync(edge);

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Contains("nobody knows", await again.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Single(function.Requests);
    }

    [Fact]
    public async Task What_was_never_sent_may_be_tried_again()
    {
        Uri gone;
        await using (var ended = await ScriptedFunction.StartAsync(200)) gone = ended.Address;
        await using var function = await ScriptedFunction.StartAsync(200);
        // By the real clock: the call waits two seconds for an endpoint that does not come.
        await using var edge = await Edge.StartAsync(Policy(gone, "keepFor: 24h }, retry: { attempts: 0"), TimeProvider.System, keys: _keys);
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(edge));

        edge.Apply(Policy(function.Address));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    [Fact]
    public async Task A_key_belongs_to_who_calls()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address);

        using var ada = await PostAsync(edge, authorization: "Bearer ada");
        using var bob = await PostAsync(edge, authorization: "Bearer bob");

        Assert.Equal("answer 1", await ada.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("answer 2", await bob.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task After_its_time_a_key_is_new()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address, "keepFor: 10m");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Single(function.Requests);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(2, function.Requests.Count);
    }

    [Fact]
    public async Task Where_a_key_is_required_a_call_without_one_is_refused_unless_its_method_is_safe()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address, "required: true");

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(edge, key: null));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(edge, key: "\"a\"b"));
        using var read = await edge.Client.GetAsync("/a", Cancel);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Single(function.Requests);
    }

    [Fact]
    public async Task Where_a_key_is_required_a_function_is_run_by_its_name_without_one_and_with_one_once()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Policy(function.Address, "required: true"), _time, keys: _keys, caller: SpiffeId.User("mesh.local", "ada"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/_fnmesh/functions/reprice", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/_fnmesh/functions/reprice", null));
        Assert.Equal(2, function.Requests.Count);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/_fnmesh/functions/reprice", Key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/_fnmesh/functions/reprice", Key));
        Assert.Equal(3, function.Requests.Count);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("/orders", null));

        async Task<HttpStatusCode> StatusAsync(string path, string? key)
        {
            using var answer = await PostAsync(edge, path: path, key: key, host: "shop");
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_body_that_does_not_come_within_what_a_member_has_left_is_a_timeout()
    {
        var time = new Deliveries.ArmedTime();
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Policy(function.Address), time, keys: _keys, caller: SpiffeId.App("mesh.local", "default", "orders"));
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync($"POST /a HTTP/1.1\r\nHost: shop\r\nfnmesh-deadline: 4321\r\nIdempotency-Key: {Key}\r\nContent-Length: 5\r\n\r\nab");
        while (await time.ArmedAsync() != TimeSpan.FromMilliseconds(4321))
        {
        }

        time.Advance(TimeSpan.FromMilliseconds(4321));
        var answer = await caller.ReadToAsync("}");

        Assert.StartsWith("HTTP/1.1 504 ", answer);
        Assert.Contains("the body did not come within 4321 ms (the caller's deadline)", answer);
        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task What_the_body_took_of_the_time_is_gone_for_the_function()
    {
        var time = new Deliveries.ArmedTime();
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var edge = await Edge.StartAsync(Policy(function.Address, "keepFor: 24h }, timeouts: { request: 7s"), time, keys: _keys);
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync($"POST /a HTTP/1.1\r\nHost: shop\r\nIdempotency-Key: {Key}\r\nContent-Length: 2\r\n\r\na");
        while (await time.ArmedAsync() != TimeSpan.FromSeconds(7))
        {
        }

        time.Advance(TimeSpan.FromSeconds(5));
        await caller.WriteAsync("b");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.StartsWith("HTTP/1.1 504 ", await caller.ReadToAsync("}"));
        Assert.Equal("2000", Assert.Single(function.Requests).Headers["fnmesh-deadline"]);
    }

    [Fact]
    public async Task The_span_of_an_answer_that_is_given_again_says_so_and_no_span_holds_the_key_or_cookies()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address);
        using var spans = new SpansOf(edge);
        for (var call = 0; call < 2; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/a") { Content = new StringContent("{}") };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Key);
            request.Headers.TryAddWithoutValidation("Cookie", "sid=secret");
            using var answer = await edge.Client.SendAsync(request, Cancel);
            await edge.EndedAsync();
        }

        Assert.Equal([null, "true"], spans.Ended.Where(span => (string?)span.GetTagItem("fnmesh.kind") == "call").Select(span => span.GetTagItem("fnmesh.replayed")));
        Assert.DoesNotContain(spans.Ended.SelectMany(span => span.TagObjects), tag => $"{tag.Value}" is var text && (text.Contains(Key.Trim('"'), StringComparison.Ordinal) || text.Contains("secret", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_policy_a_key_is_the_functions_affair()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/a", "shop"), _time, keys: _keys);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(2, function.Requests.Count);
        Assert.Equal(Key, function.Requests.First().Headers["Idempotency-Key"]);
        Assert.False(File.Exists(KeyTables.PathIn(_folder.Path)));
    }

    [Fact]
    public async Task An_answer_that_is_longer_than_what_is_kept_reaches_its_caller_and_runs_once()
    {
        await using var function = await ScriptedFunction.StartAsync((context, _) => context.Response.Body.WriteAsync(new byte[KeptAnswer.MaxBodyBytes + 1]).AsTask());
        await using var edge = await StartAsync(function.Address);

        using var first = await PostAsync(edge);
        Assert.Equal(KeptAnswer.MaxBodyBytes + 1, (await first.Content.ReadAsByteArrayAsync(Cancel)).Length);
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(edge));
        Assert.Single(function.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_longer_than_what_is_kept_is_refused(bool hasLength)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a") { Content = new ByteArrayContent(new byte[100_000]) };
        request.Headers.TransferEncodingChunked = !hasLength;
        request.Headers.Add("Idempotency-Key", Key);

        using var answer = await edge.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(function.Requests);
    }

    private static string Policy(Uri function, string idempotency = "keepFor: 24h") => Yaml.App("shop", function) + Yaml.Route("/a", "shop") + $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: once }
        spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], idempotency: { {{idempotency}} } }

        """;

    private Task<Edge> StartAsync(Uri function, string idempotency = "keepFor: 24h") => Edge.StartAsync(Policy(function, idempotency), _time, last: _left, keys: _keys);

    private static async Task<HttpStatusCode> StatusAsync(Edge edge, string? key = Key)
    {
        using var answer = await PostAsync(edge, key: key);
        await answer.Content.ReadAsByteArrayAsync(Cancel);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> PostAsync(Edge edge, string body = "{}", string path = "/a", string? key = Key, string? authorization = null, CancellationToken? cancel = null, string? host = null, string? tenant = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (host is not null) request.Headers.Host = host;
        if (tenant is not null) request.Headers.TryAddWithoutValidation("x-tenant", tenant);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await edge.Client.SendAsync(request, cancel ?? Cancel);
    }

    /// <summary>Tells that a call has ended in the gateway, whoever was there to see it.</summary>
    private sealed class LeftStage : IStage
    {
        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Verdict Enter(Envelope envelope) => Verdict.Continue;

        public void Leave(Envelope envelope, in Outcome outcome) => Left.TrySetResult();
    }
}
