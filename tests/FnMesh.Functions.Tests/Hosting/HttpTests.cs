using System.Net;
using System.Text.Json;
using FnMesh.Functions.Binding;
using FnMesh.Functions.Tests.Corpus;

namespace FnMesh.Functions.Tests.Hosting;

public sealed class HttpTests
{
    [Fact]
    public async Task The_function_of_the_template_answers_and_the_middleware_stands_around_it()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.GetAsync("/Function1");
        Assert.Equal("Welcome to Azure Functions!", await answer.Content.ReadAsStringAsync());
        Assert.Equal("Function1", Assert.Single(answer.Headers.GetValues("x-stamp")));
    }

    [Theory]
    [InlineData("""{"id":"7","sku":"a","quantity":1}""", "application/json", HttpStatusCode.Accepted)]
    [InlineData("""{"id":"7","quantity":"many"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("null", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("7", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_is_bound_as_json_or_refused(string body, string type, HttpStatusCode expected)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync("/orders", new StringContent(body, null, type));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Route_query_header_default_setting_and_service_are_bound()
    {
        await using var app = await RunningApp.StartAsync();
        app.Client.DefaultRequestHeaders.Add("x-tenant", "t");
        Assert.Equal("""{"sku":"abc","tenant":"t","currency":"Usd","amount":6}""", await app.Client.GetStringAsync("/eu/prices/abc?currency=usd&quantity=2"));
        Assert.Equal("""{"sku":"abc","tenant":"t","currency":"Eur","amount":3}""", await app.Client.GetStringAsync("/eu/prices/abc"));
        Assert.Equal("00000000000000000000000000000001 1.5 2026", await app.Client.GetStringAsync("/find/00000000-0000-0000-0000-000000000001?least=1.5&since=2026-01-02T00:00:00Z"));
    }

    [Theory]
    [InlineData("/eu/prices/abc?quantity=x", "quantity", "quote: the query parameter 'quantity' is 'x' and must be of type int.")]
    [InlineData("/eu/prices/abc?currency=9", "currency", "quote: the query parameter 'currency' is '9' and must be one of Eur, Usd.")]
    [InlineData("/find/7?since=2026-01-02", "id", "find: the route parameter 'id' is '7' and must be of type Guid.")]
    [InlineData("/find/00000000-0000-0000-0000-000000000001", "since", "find: the query parameter 'since' is missing; it must be of type DateTimeOffset.")]
    [InlineData("/query?id=1&id=x&at=2026-01-01&day=2026-01-01&wait=1", "id", "query: the query parameter 'id' is 'x' and must be of type int.")]
    public async Task A_value_that_cannot_be_read_is_a_problem_that_names_the_parameter(string path, string parameter, string detail)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.GetAsync(path);
        await IsProblemAsync(answer, HttpStatusCode.BadRequest, parameter, detail);
    }

    [Theory]
    [InlineData("""{"id":"7","quantity":"many"}""", "application/json", 400, "place-order: the body cannot be read at $.quantity, line 1, byte 28.")]
    [InlineData("null", "application/json", 400, "place-order: the body is null.")]
    [InlineData("7", "text/plain", 415, "place-order: the body must be JSON; send it with content-type application/json.")]
    [InlineData(null, null, 400, "place-order: the body is missing; it must be JSON.")]
    public async Task A_body_that_cannot_be_read_is_a_problem_that_names_the_parameter(string? body, string? type, int status, string detail)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync("/orders", body is null ? null : new StringContent(body, null, type!));
        await IsProblemAsync(answer, (HttpStatusCode)status, "order", detail);
    }

    [Fact]
    public async Task Lists_times_and_flags_are_bound_and_a_time_without_an_offset_is_UTC()
    {
        await using var app = await RunningApp.StartAsync();
        app.Client.DefaultRequestHeaders.Add("x-list", ["a, b", "c"]);
        Assert.Equal(
            "1+2 Mon+Mon, Tue  2 a+b+c 2026-01-02T03:04:05Utc 2026-02-03 00:00:01 True ",
            await app.Client.GetStringAsync("/query?id=1&id=2&days=mon&days=Mon,Tue&raw=1&raw=2&at=2026-01-02T03:04:05&day=2026-02-03&wait=00:00:01"));
        Assert.Equal(
            "  2 0 a+b+c 2026-01-02T02:04:05Utc 2026-02-03 00:00:01 False 0.5",
            await app.Client.GetStringAsync("/query?tags=x&tags=y&at=2026-01-02T03:04:05%2B01:00&day=2026-02-03&wait=00:00:01&flag=false&ratio=0.5"));
    }

    [Fact]
    public async Task Services_keyed_services_and_the_request_are_bound_and_the_instance_is_disposed()
    {
        await using var app = await RunningApp.StartAsync();
        var before = Kinds.Disposed;
        Assert.Equal("one 3 two none http://service/ GET services True", await app.Client.GetStringAsync("/services"));
        Assert.True(Kinds.Disposed > before);
    }

    [Theory]
    [InlineData("/echo-bytes", "abc", "text/plain", "cba", "application/octet-stream")]
    [InlineData("/echo-stream", "abc", "text/plain", "abc", "application/octet-stream")]
    [InlineData("/echo-text", "\"abc\"", "application/json", "\"abc\"", "text/plain; charset=utf-8")]
    [InlineData("/items", "[1,2]", "application/json", "[1,2]", "application/json; charset=utf-8")]
    [InlineData("/items", "null", "application/json", "[0]", "application/json; charset=utf-8")]
    public async Task Bodies_are_taken_and_given_as_they_are(string path, string body, string type, string expected, string expectedType)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync(path, new StringContent(body, null, type));
        Assert.Equal((expected, expectedType), (await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType!.ToString()));
    }

    [Theory]
    [InlineData("object", 200, "application/json; charset=utf-8", """{"name":"Ada","age":36}""")]
    [InlineData("content", 201, "text/html", "<p>Ada</p>")]
    [InlineData("status", 418, null, "")]
    [InlineData("none", 404, null, "")]
    [InlineData("bad", 400, "text/plain; charset=utf-8", "no")]
    [InlineData("made", 201, "application/json; charset=utf-8", """{"name":"Ada","age":36}""")]
    [InlineData("file", 200, "image/png", "\u0001\u0002\u0003")]
    [InlineData("json", 200, "application/json; charset=utf-8", """{"name":"Ada"}""")]
    [InlineData("empty", 200, null, "")]
    public async Task Every_kind_of_action_result_answers(string kind, int status, string? type, string body)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync($"/people/{kind}", new StringContent("""{"name":"Ada","age":36}""", null, "application/json"));
        Assert.Equal((status, type, body), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("any/result", 203, "r")]
    [InlineData("any/action", 202, "")]
    [InlineData("any/text", 200, "t")]
    [InlineData("any/bytes", 200, "b")]
    [InlineData("any/stream", 200, "s")]
    [InlineData("any/converted", 404, "")]
    [InlineData("any/none", 204, "")]
    [InlineData("any/thing", 200, """{"kind":"thing"}""")]
    [InlineData("typed/0", 404, "")]
    [InlineData("typed/7", 200, """{"id":"7","sku":"s","quantity":1}""")]
    public async Task An_object_answers_as_what_it_is(string path, int status, string body)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.GetAsync("/" + path);
        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Middleware_stands_around_functions_in_its_order_and_where_its_condition_holds()
    {
        await using var app = await RunningApp.StartAsync();
        using var failed = await app.Client.GetAsync("/Failing?name=x");
        Assert.Equal(HttpStatusCode.Conflict, failed.StatusCode);
        Assert.Equal("Company.Function.Failing.RunAsync x", app.Failures.Last);
        Assert.Equal(["True"], failed.Headers.GetValues("x-order"));
        using var other = await app.Client.GetAsync("/Function1");
        Assert.Equal(["False"], other.Headers.GetValues("x-order"));
    }

    [Fact]
    public async Task What_a_call_returns_as_events_is_published_before_it_is_answered()
    {
        await using var app = await RunningApp.StartAsync();
        using var one = await app.Client.PostAsync("/publishing", new StringContent("""{"id":"7","sku":"a","quantity":1}""", null, "application/json"));
        using var none = await app.Client.PostAsync("/publishing", new StringContent("""{"id":"7","sku":"a","quantity":0}""", null, "application/json"));
        using var many = await app.Client.PostAsync("/publishing-many", null);
        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.NoContent, HttpStatusCode.Accepted], new[] { one, none, many }.Select(answer => answer.StatusCode));
        var published = app.Published.Bodies.ToArray();
        Assert.Equal(2, published.Length);
        Assert.Contains("\"shop.eu.made\"", published[0], StringComparison.Ordinal);
        Assert.Contains("""{"id":"7","sku":"a","quantity":1}""", published[0], StringComparison.Ordinal);
        Assert.StartsWith("[", published[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_become_descriptors()
    {
        var all = FunctionRegistry.All().ToDictionary(function => function.Descriptor.Name, function => function.Descriptor);
        Assert.Equal(AuthorizationLevel.Function, all["Function1"].Level);
        Assert.Equal(["GET", "POST"], all["Function1"].Methods);
        Assert.Null(all["quote"].Level);
        Assert.True(all["quote"].Idempotent);
        Assert.Equal(new FunctionRetry(5, TimeSpan.FromSeconds(0.2), TimeSpan.FromMinutes(1)), all["charge"].Retry);
        Assert.Equal("subject LIKE 'order-%'", all["charge"].Filter);
        Assert.Equal("0 */5 * * * *", all["TimerTrigger1"].Schedule);
    }

    [Fact]
    public void An_app_outside_a_mesh_opens_no_port_and_says_why()
    {
        var fault = Assert.ThrowsAny<InvalidOperationException>(() => FunctionsApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]).Build());
        Assert.Contains("FNMESH_CONTROL is not set", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_without_a_value_is_named()
    {
        var fault = Assert.ThrowsAny<InvalidOperationException>(() => FunctionsApplication.CreateBuilder([]).BuildAlone());
        Assert.Contains("the setting AREA", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_is_no_schedule_is_named_before_anything_runs()
    {
        var fault = Assert.ThrowsAny<InvalidOperationException>(() => FunctionsApplication.CreateBuilder(["--AREA", "eu", "--EVERY", "soon"]).BuildAlone());
        Assert.StartsWith("minutely: the schedule 'soon' is neither cron", fault.Message, StringComparison.Ordinal);
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string parameter, string detail)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((parameter, detail), (problem.RootElement.GetProperty("parameter").GetString(), problem.RootElement.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("GET", "/nowhere/at/all", 404, "no function of this app has GET /nowhere/at/all")]
    [InlineData("GET", "/ordrs", 404, "no function of this app has GET /ordrs; the nearest is '/orders'")]
    [InlineData("DELETE", "/orders", 405, "no function of this app has DELETE /orders; the path takes POST")]
    public async Task A_path_or_method_that_no_function_has_is_answered_with_a_problem(string method, string path, int status, string detail)
    {
        await using var app = await RunningApp.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(detail, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString());
        if (status == 405) Assert.Equal("POST", Assert.Single(answer.Content.Headers.Allow));
    }
}
