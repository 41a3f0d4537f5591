namespace FnMesh.Shim.Tests.AzureFunctions;

/// <summary>Of a worker that takes HTTP itself.</summary>
public sealed class PassedCallTests
{
    private const string Fail = "\"does\": \"fail\"";

    [Fact]
    public async Task A_call_goes_to_the_worker_as_it_came_under_the_id_of_its_run_and_the_answer_comes_back()
    {
        await using var app = await ScriptedApp.StartAsync("\"takesHttp\": true, " + ScriptedApp.Functions(ScriptedApp.Http("hello")));

        var reply = await app.CallAsync("POST", "/api/hello?a=%20b", "a body", default, ("x-ms-invocation-id", "of-the-caller"), ("Content-Type", "text/plain"), ("Content-Length", "6"), ("X-Forwarded-Host", "shop.example"), ("X-Forwarded-Proto", "https"));

        Assert.Equal((201, "POST a body"), (reply.Status, reply.Body));
        Assert.Equal(("/api/hello?a=%20b", "1"), (reply.Headers["x-path"], reply.Headers["x-invocations"]));
        Assert.False(reply.Headers.ContainsKey("x-ms-invocation-id"));
    }

    [Fact]
    public async Task What_a_worker_wants_to_be_told_of_the_caller_is_told_though_no_gateway_said_it()
    {
        await using var app = await ScriptedApp.StartAsync("\"takesHttp\": true, " + ScriptedApp.Functions(ScriptedApp.Http("hello")));
        Assert.Equal(201, (await app.CallAsync("GET", "/api/hello")).Status);
    }

    [Fact]
    public async Task A_function_that_fails_with_200_and_nothing_is_500()
    {
        await using var app = await ScriptedApp.StartAsync("\"takesHttp\": true, " + ScriptedApp.Functions(ScriptedApp.Http("hello", Fail)));
        Assert.Equal((500, ""), ((await app.CallAsync("GET", "/api/hello")).Status, (await app.CallAsync("GET", "/api/hello")).Body));
        await app.Lines.FirstAsync("function 'hello' failed: it fails, as the script says");
    }

    [Fact]
    public async Task A_function_that_fails_without_an_answer_is_500_and_holds_nobody_up()
    {
        await using var app = await ScriptedApp.StartAsync("\"takesHttp\": true, " + ScriptedApp.Functions(ScriptedApp.Http("hello", "\"does\": \"failunanswered\"")));
        Assert.Equal(500, (await app.CallAsync("GET", "/api/hello")).Status);
    }

    [Fact]
    public async Task A_caller_whose_time_is_up_is_answered_504()
    {
        await using var app = await ScriptedApp.StartAsync("\"takesHttp\": true, " + ScriptedApp.Functions(ScriptedApp.Http("hello", "\"does\": \"never\"")));
        Assert.Equal(504, (await app.CallAsync("GET", "/api/hello", null, default, ("fnmesh-deadline", "100"))).Status);
    }
}
