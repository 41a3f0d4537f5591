using System.Net;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class GrpcTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_call_goes_on_over_HTTP_2_and_its_trailers_come_back()
    {
        await using var function = await Http2Function.StartAsync(async context =>
        {
            Assert.Null(await Http2Function.ReadAsync(context.Request.Body, context.RequestAborted));
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["saw"] = $"{context.Request.Protocol} {context.Request.ContentType} te={context.Request.Headers.TE} {context.Request.Path}";
            await context.Response.Body.WriteAsync(new byte[] { 7 }, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
            context.Response.AppendTrailer("fnmesh-verdict", "Denied");
        });
        await using var edge = await StartAsync(function.Address);
        var body = new OpenBody();
        body.End();

        using var answer = await SendAsync(edge, body, ("te", "trailers"));

        Assert.Equal([7], await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal("HTTP/2 application/grpc te=trailers /shop.Shop/Call", Assert.Single(answer.Headers.GetValues("saw")));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.False(answer.TrailingHeaders.Contains("fnmesh-verdict"));
    }

    [Fact]
    public async Task The_function_answers_each_message_before_the_caller_has_ended_its_own()
    {
        await using var function = await Http2Function.StartAsync(EchoAsync);
        await using var edge = await StartAsync(function.Address);
        var body = new OpenBody();

        body.Write(1);
        using var answer = await SendAsync(edge, body);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        for (byte message = 1; message <= 3; message++)
        {
            if (message > 1) body.Write(message);
            Assert.Equal(message, await Http2Function.ReadAsync(stream, Cancel).WaitAsync(Patience, Cancel));
        }

        body.End();
        Assert.Null(await Http2Function.ReadAsync(stream, Cancel).WaitAsync(Patience, Cancel));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task A_head_without_messages_passes_before_either_side_has_sent_one()
    {
        await using var function = await Http2Function.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await EchoAsync(context);
        });
        await using var edge = await StartAsync(function.Address);
        var body = new OpenBody();

        using var answer = await SendAsync(edge, body).WaitAsync(Patience, Cancel);

        Assert.False(answer.Headers.Contains("fnmesh-verdict"));
        body.End();
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_the_function()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await Http2Function.StartAsync(async context =>
        {
            using var seen = context.RequestAborted.Register(cancelled.SetResult);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var edge = await StartAsync(function.Address);

        using (await SendAsync(edge, new OpenBody()))
        {
            Assert.False(cancelled.Task.IsCompleted);
        }

        await cancelled.Task.WaitAsync(Patience, Cancel);
    }

    [Theory]
    [InlineData("500m", "", 500)]
    [InlineData("5S", ", timeouts: { request: 2s }", 2000)]
    public async Task The_shorter_of_the_callers_deadline_and_the_routes_ends_a_call(string timeout, string more, int milliseconds)
    {
        var time = new FakeTimeProvider();
        var received = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await Http2Function.StartAsync(async context =>
        {
            received.SetResult(context.Request.Headers["grpc-timeout"]);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var edge = await StartAsync(function.Address, more, time);

        var call = SendAsync(edge, new OpenBody(), ("grpc-timeout", timeout));
        Assert.Equal($"{milliseconds}m", await received.Task.WaitAsync(Patience, Cancel));
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        using var answer = await call.WaitAsync(Patience, Cancel);
        await AssertStatusAsync(answer, "4", "Timeout", $"no answer from shop-v1 within {milliseconds} ms");
    }

    [Fact]
    public async Task What_the_mesh_refuses_is_a_status_of_gRPC_without_messages()
    {
        await using var function = await Http2Function.StartAsync(EchoAsync);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/elsewhere", "shop"));

        using var answer = await SendAsync(edge, new OpenBody());

        await AssertStatusAsync(answer, "12", "NoRoute", "no GRPCRoute or HTTPRoute on edge matches");
    }

    [Fact]
    public async Task A_deadline_that_cannot_be_read_is_refused()
    {
        await using var function = await Http2Function.StartAsync(EchoAsync);
        await using var edge = await StartAsync(function.Address);

        using var answer = await SendAsync(edge, new OpenBody(), ("grpc-timeout", "soon"));

        await AssertStatusAsync(answer, "13", "Malformed", "grpc-timeout is not up to eight digits");
    }

    [Fact]
    public async Task A_function_that_cannot_be_reached_is_Unavailable()
    {
        await using var edge = await StartAsync(new Uri("http://127.0.0.1:1"), ", retry: { attempts: 0 }");

        using var answer = await SendAsync(edge, new OpenBody());

        await AssertStatusAsync(answer, "14", "Unreachable", "cannot connect to http://127.0.0.1:1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_the_function_refused_unprocessed_begins_again_from_its_first_message(bool byGoAway)
    {
        await using var function = RawHttp2Function.Start(refuse: 1, byGoAway);
        await using var edge = await StartAsync(function.Address, ", retry: { attempts: 1, backoff: 1ms }");
        var body = new OpenBody();

        body.Write(1);
        using var answer = await SendAsync(edge, body).WaitAsync(Patience, Cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);

        Assert.Equal((byte)1, await Http2Function.ReadAsync(stream, Cancel).WaitAsync(Patience, Cancel));
        body.Write(2);
        Assert.Equal((byte)2, await Http2Function.ReadAsync(stream, Cancel).WaitAsync(Patience, Cancel));
        body.End();
        Assert.Null(await Http2Function.ReadAsync(stream, Cancel).WaitAsync(Patience, Cancel));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal(2, function.Requests);
    }

    [Fact]
    public async Task A_function_may_end_its_answer_while_the_caller_still_sends()
    {
        await using var function = await Http2Function.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "9";
            return Task.CompletedTask;
        });
        await using var edge = await StartAsync(function.Address);

        using var answer = await SendAsync(edge, new OpenBody()).WaitAsync(Patience, Cancel);

        Assert.Equal("9", Assert.Single(answer.Headers.GetValues("grpc-status")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.False(answer.Headers.Contains("fnmesh-verdict"));
    }

    [Theory]
    [InlineData("14", "", 2)]
    [InlineData("14", ", grpcCodes: [ ABORTED ]", 1)]
    [InlineData("10", ", grpcCodes: [ ABORTED ]", 2)]
    [InlineData("14", ", unsafeMethods: false", 1)]
    public async Task An_answer_that_ends_with_its_head_is_repeated_where_its_status_is_listed_and_the_method_may_be(string status, string more, int calls)
    {
        var seen = 0;
        await using var function = await Http2Function.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            if (Interlocked.Increment(ref seen) == 1) context.Response.Headers["grpc-status"] = status;
            else await EchoAsync(context);
        });
        var unsafeMethods = more.Contains("unsafeMethods", StringComparison.Ordinal) ? "" : ", unsafeMethods: true";
        await using var edge = await StartAsync(function.Address, policy: $"retry: {{ attempts: 1, backoff: 1ms{more}{unsafeMethods} }}");
        var body = new OpenBody();
        body.End();

        using var answer = await SendAsync(edge, body).WaitAsync(Patience, Cancel);

        await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(calls, seen);
        Assert.Equal(calls == 1 ? status : "0", Assert.Single((calls == 1 ? answer.Headers : answer.TrailingHeaders).GetValues("grpc-status")));
    }

    [Theory]
    [InlineData("14", true)]
    [InlineData("13", true)]
    [InlineData("2", true)]
    [InlineData("15", true)]
    [InlineData("4", true)]
    [InlineData("5", false)]
    [InlineData("0", false)]
    public async Task The_status_in_the_trailers_counts_for_the_breaker(string status, bool failed)
    {
        await using var function = await Http2Function.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 7 }, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", status);
        });
        await using var edge = await StartAsync(function.Address, policy: "circuitBreaker: { failureRatio: 1, minimumThroughput: 2, breakFor: 60s }");
        for (var call = 0; call < 3; call++)
        {
            var body = new OpenBody();
            body.End();
            using var answer = await SendAsync(edge, body).WaitAsync(Patience, Cancel);
            await answer.Content.ReadAsByteArrayAsync(Cancel);
            if (call < 2 || !failed) Assert.Equal(status, Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
            else await AssertStatusAsync(answer, "14", "BreakerOpen", "is open");
            await edge.EndedAsync();
        }
    }

    private static Task<Edge> StartAsync(Uri function, string more = "", TimeProvider? time = null, string? policy = null) => Edge.StartAsync(
        Yaml.App("shop", function) + Yaml.Route("/", "shop", more) + (policy is null ? "" : $"\n---\napiVersion: fnmesh.dev/v1alpha1\nkind: TrafficPolicy\nmetadata: {{ name: shop }}\nspec: {{ targetRefs: [ {{ kind: FunctionApp, name: shop }} ], {policy} }}\n"), time);

    private static Task<HttpResponseMessage> SendAsync(Edge edge, OpenBody body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Shop/Call") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        if (!context.Response.HasStarted) context.Response.ContentType = "application/grpc";
        while (await Http2Function.ReadAsync(context.Request.Body, context.RequestAborted) is { } message) await context.Response.Body.WriteAsync(new[] { message }, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task AssertStatusAsync(HttpResponseMessage answer, string status, string verdict, string message)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/grpc", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, Assert.Single(answer.Headers.GetValues("grpc-status")));
        Assert.Equal(verdict, Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        Assert.Contains(message, Assert.Single(answer.Headers.GetValues("grpc-message")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }
}
