using System.Text.Json;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class HttpFunctionTests
{
    [Fact]
    public async Task A_call_reaches_its_function_with_method_url_headers_query_route_and_the_bytes_of_its_body()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("orders", binding: "\"methods\": [ \"post\" ], \"route\": \"orders/{id:int}/{part?}\"")));

        var reply = await app.CallAsync(
            "POST", "/API/orders/7?a=1&empty=&code=key", """{"x":1}""", default,
            ("Content-Type", "application/json"), ("X-Two", "one"), ("X-Two", "two"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "shop.example"));

        Assert.Equal((true, 200, "application/json"), (reply.Seen, reply.Status, reply.Headers["Content-Type"]));
        var input = Assert.Single(reply.Invocation.GetProperty("inputData").EnumerateArray());
        var http = input.GetProperty("data").GetProperty("http");
        Assert.Equal(("req", "POST", "https://shop.example/API/orders/7?a=1&empty=&code=key"), (Text(input, "name"), Text(http, "method"), Text(http, "url")));
        Assert.Equal("one,two", Text(http.GetProperty("nullableHeaders").GetProperty("x-two"), "value"));
        Assert.Equal(("1", ""), (Text(http.GetProperty("nullableQuery").GetProperty("a"), "value"), Text(http.GetProperty("nullableQuery").GetProperty("empty"), "value")));
        Assert.Equal("7", Text(http.GetProperty("nullableParams").GetProperty("id"), "value"));
        Assert.Equal("""{"x":1}""", System.Text.Encoding.UTF8.GetString(http.GetProperty("body").GetProperty("bytes").GetBytesFromBase64()));
        Assert.False(http.TryGetProperty("rawBody", out _) || http.TryGetProperty("headers", out _));
        var metadata = reply.Invocation.GetProperty("triggerMetadata");
        Assert.Equal(("7", "1"), (Text(metadata.GetProperty("id"), "string"), Text(metadata.GetProperty("a"), "string")));
        Assert.False(metadata.TryGetProperty("code", out _));
        Assert.Contains("\"a\":\"1\"", Text(metadata.GetProperty("Query"), "json"), StringComparison.Ordinal);
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Text(reply.Invocation.GetProperty("traceContext"), "traceParent"));
        Assert.False(reply.Invocation.TryGetProperty("retryContext", out _));
    }

    [Fact]
    public async Task An_old_worker_gets_plain_values_and_a_body_in_its_own_type()
    {
        await using var app = await ScriptedApp.StartAsync("\"capabilities\": { \"IgnoreEmptyValuedRpcHttpHeaders\": \"true\" }, " + ScriptedApp.Functions(ScriptedApp.Http("hello")));

        var reply = await app.CallAsync("POST", "/api/hello?q=1", """{"x":1}""", default, ("Content-Type", "application/json"), ("X-Empty", ""));

        var http = reply.Invocation.GetProperty("inputData")[0].GetProperty("data").GetProperty("http");
        Assert.Equal(("""{"x":1}""", """{"x":1}"""), (Text(http.GetProperty("body"), "json"), Text(http.GetProperty("rawBody"), "string")));
        Assert.Equal(("application/json", "1"), (Text(http.GetProperty("headers"), "content-type"), Text(http.GetProperty("query"), "q")));
        Assert.False(http.GetProperty("headers").TryGetProperty("x-empty", out _));
        Assert.True(reply.Invocation.GetProperty("triggerMetadata").TryGetProperty("req", out _));
    }

    [Fact]
    public async Task An_answer_in_an_output_of_another_name_is_found_and_its_cookies_are_headers()
    {
        await using var app = await ScriptedApp.StartAsync("""
            "functions": [ { "name": "hello", "bindings": [ { "name": "req", "type": "httpTrigger", "direction": "in", "authLevel": "anonymous" }, { "name": "res", "type": "http", "direction": "out" } ],
              "does": "answer", "outputs": { "res": { "http": { "statusCode": "202", "cookies": [ { "name": "a", "value": "b c", "path": { "value": "/" }, "secure": { "value": true }, "httpOnly": { "value": true }, "sameSite": 3, "maxAge": { "value": 60 } } ] } } } } ]
            """);

        var reply = await app.CallAsync("GET", "/api/hello");

        Assert.Equal((202, "a=b%20c; max-age=60; path=/; secure; samesite=none; httponly"), (reply.Status, reply.Headers["set-cookie"]));
    }

    [Theory]
    [InlineData("fail", "it fails, as the script says")]
    [InlineData("cancelled", "the function failed and gave no reason")]
    [InlineData("noresult", "the function failed and gave no reason")]
    public async Task A_function_that_fails_is_500_without_a_body_and_its_reason_a_line(string does, string reason)
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("hello", $"\"does\": \"{does}\"")));
        var reply = await app.CallAsync("GET", "/api/hello");
        Assert.Equal((500, ""), (reply.Status, reply.Body));
        Assert.Equal((true, $"function 'hello' failed: {reason}"), await app.Lines.FirstAsync("function 'hello' failed"));
    }

    private static string? Text(JsonElement from, string name) => from.GetProperty(name).GetString();
}
