using System.Net;
using FnMesh.Functions.Tests.Corpus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>What middleware may do with an answer.</summary>
public sealed class MiddlewareTests
{
    private const string Order = """{"id":"7","sku":"a","quantity":1}""";

    [Theory]
    [InlineData("get", "/Function1", 200, "Welcome to Azure Functions!")]
    [InlineData("post", "/orders", 202, "")]
    [InlineData("get", "/any/result", 203, "r")]
    [InlineData("get", "/any/none", 204, "")]
    [InlineData("get", "/any/thing", 200, """{"kind":"thing"}""")]
    [InlineData("get", "/typed/7", 200, """{"id":"7","sku":"s","quantity":1}""")]
    [InlineData("post", "/echo-bytes", 200, "}1:\"ytitnauq\",\"a\":\"uks\",\"7\":\"di\"{")]
    [InlineData("post", "/echo-stream", 200, Order)]
    [InlineData("post", "/echo-text", 200, Order)]
    [InlineData("post", "/publishing", 202, "")]
    [InlineData("get", "/find/7?since=2026-01-02", 400, null)]
    public async Task A_header_that_a_middleware_sets_after_the_function_has_run_is_in_the_answer(string method, string path, int status, string? body)
    {
        await using var app = await RunningApp.StartAsync(async (context, next) =>
        {
            await next();
            context.GetHttpContext()!.Response.Headers["x-after"] = "yes";
        });
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path) { Content = method == "post" ? new StringContent(Order, null, "application/json") : null };
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal((status, "yes"), ((int)answer.StatusCode, answer.Headers.GetValues("x-after").Single()));
        if (body is not null) Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/any/thing", 200, """{"kind":"thing"}""")]
    [InlineData("/any/bytes", 200, "b")]
    [InlineData("/any/none", 204, "")]
    [InlineData("/typed/0", 404, "")]
    [InlineData("/find/00000000-0000-0000-0000-000000000001?since=2026-01-02", 200, "00000000000000000000000000000001  2026")]
    public async Task Without_middleware_the_answers_are_the_same(string path, int status, string body)
    {
        await using var app = await RunningApp.StartBareAsync();
        using var answer = await app.Client.GetAsync(path);
        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("order", 200, """{"id":"7","sku":"b","quantity":1}""")]
    [InlineData("result", 203, "r")]
    [InlineData("action", 401, "")]
    [InlineData("converted", 404, "")]
    [InlineData("text", 200, "t")]
    [InlineData("bytes", 200, "b")]
    [InlineData("stream", 200, "s")]
    [InlineData("other", 200, """{"sku":"c"}""")]
    [InlineData("null", 204, "")]
    public async Task A_middleware_reads_what_the_function_returned_and_replaces_it(string kind, int status, string body)
    {
        await using var app = await RunningApp.StartAsync(async (context, next) =>
        {
            await next();
            var returned = Assert.IsType<ActionResult<Shop.Order>>(context.GetInvocationResult().Value).Value!;
            context.GetInvocationResult().Value = kind switch
            {
                "order" => new ActionResult<Shop.Order>(returned with { Sku = "b" }),
                "result" => Results.Text("r", statusCode: 203),
                "action" => new UnauthorizedResult(),
                "converted" => new ActionResult<Shop.Order>(new NotFoundResult()),
                "text" => "t",
                "bytes" => "b"u8.ToArray(),
                "stream" => new MemoryStream("s"u8.ToArray()),
                "other" => new { Sku = "c" },
                _ => null,
            };
        });
        using var answer = await app.Client.GetAsync("/typed/7");
        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_typed_result_is_read_and_replaced_with_its_type_and_answers_as_the_functions_own()
    {
        await using var app = await RunningApp.StartAsync(async (context, next) =>
        {
            await next();
            var result = context.GetInvocationResult<Shop.Order>();
            result.Value = result.Value! with { Sku = "b" };
        });
        using var answer = await app.DeliverAsync("stock", Order);
        Assert.Equal("""{"id":"7","sku":"b","quantity":2}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("shop.stock.changed", answer.Headers.GetValues("ce-type").Single());
    }

    [Fact]
    public async Task A_middleware_that_does_not_go_on_answers_with_its_result_or_by_itself()
    {
        await using var app = await RunningApp.StartAsync(async (context, _) =>
        {
            if (context.GetHttpContext()!.Request.Query.ContainsKey("direct")) await context.GetHttpContext()!.Response.WriteAsync("direct");
            else context.GetInvocationResult().Value = new ObjectResult(new { why = "closed" }) { StatusCode = 403 };
        });
        using var closed = await app.Client.GetAsync("/any/thing");
        Assert.Equal((HttpStatusCode.Forbidden, """{"why":"closed"}"""), (closed.StatusCode, await closed.Content.ReadAsStringAsync()));
        Assert.Equal("direct", await app.Client.GetStringAsync("/any/thing?direct"));
    }

    [Fact]
    public async Task A_middleware_that_repeats_the_function_answers_once()
    {
        var runs = 0;
        await using var app = await RunningApp.StartAsync(async (_, next) =>
        {
            for (runs = 0; runs < 3; runs++) await next();
        });
        Assert.Equal(("t", 3), (await app.Client.GetStringAsync("/any/text"), runs));
    }

    [Theory]
    [InlineData("replaced")]
    [InlineData("failed")]
    [InlineData("repeated")]
    public async Task A_stream_that_is_not_answered_is_disposed_of(string fate)
    {
        Stream? returned = null;
        await using var app = await RunningApp.StartAsync(async (context, next) =>
        {
            await next();
            returned = (Stream)context.GetInvocationResult().Value!;
            if (fate == "replaced") context.GetInvocationResult().Value = "t";
            if (fate == "failed") throw new InvalidOperationException("after the function has run");
            if (fate == "repeated") await next();
        });
        using var answer = await app.Client.PostAsync("/echo-stream", new StringContent(Order, null, "application/json"));
        Assert.Equal((fate != "failed", false), (answer.IsSuccessStatusCode, returned!.CanRead));
    }

    [Fact]
    public async Task The_object_whose_method_is_the_function_is_disposed_of_after_what_it_returned_was_written()
    {
        await using var app = await RunningApp.StartAsync((_, next) => next());
        Assert.Equal("[1,2,3]", await app.Client.GetStringAsync("/lazily"));
        await using var bare = await RunningApp.StartBareAsync();
        Assert.Equal("[1,2,3]", await bare.Client.GetStringAsync("/lazily"));
    }

    [Fact]
    public async Task An_answer_that_a_middleware_has_begun_is_not_written_over_and_the_mend_is_said()
    {
        await using var app = await RunningApp.StartAsync(async (context, next) =>
        {
            await next();
            await context.GetHttpContext()!.Response.WriteAsync("mine");
            if (context.GetHttpContext()!.Request.Query.ContainsKey("alone")) context.GetInvocationResult().Value = null;
        });
        Assert.Equal("mine", await app.Client.GetStringAsync("/any/thing?alone"));
        await Assert.ThrowsAsync<HttpRequestException>(() => app.Client.GetStringAsync("/any/thing"));
        Assert.Equal("any: its answer was begun before its result could be written; a middleware that answers by itself sets GetInvocationResult().Value to null.", (await app.Failed).Message);
    }

    [Fact]
    public async Task A_condition_on_the_kind_of_trigger_is_written_as_in_Azure()
    {
        await using var app = await RunningApp.StartAsync(
            context => context.FunctionDefinition.InputBindings.Values.First(a => a.Type.EndsWith("Trigger", StringComparison.Ordinal)).Type == "httpTrigger",
            async (context, next) =>
            {
                await next();
                context.GetHttpContext()!.Response.Headers["x-http"] = context.FunctionDefinition.InputBindings.Keys.Single();
            });
        using var called = await app.Client.GetAsync("/Function1");
        using var delivered = await app.DeliverAsync("charge", Order);
        Assert.Equal("req", called.Headers.GetValues("x-http").Single());
        Assert.False(delivered.Headers.Contains("x-http"));
    }
}
