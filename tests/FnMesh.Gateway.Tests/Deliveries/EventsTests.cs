using System.Net;
using System.Text;
using System.Threading.Channels;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Deliveries;

[Collection("telemetry")]
public sealed class EventsTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Channel<Dictionary<string, string>> _delivered = Channel.CreateUnbounded<Dictionary<string, string>>();

    [Fact]
    public async Task An_event_that_got_202_is_delivered_in_binary_mode()
    {
        await using var function = await FunctionAsync((_, _) => 204);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1", """{"n":1}""", traceparent: Trace);
        var headers = await NextAsync();

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var received = Assert.Single(function.Requests);
        Assert.Equal(("POST", "/events", """{"n":1}"""), (received.Method, received.Target, Encoding.UTF8.GetString(received.Body)));
        Assert.Equal(
            ("1.0", "1", "/test", "test.a", "application/json; charset=utf-8"),
            (headers["ce-specversion"], headers["ce-id"], headers["ce-source"], headers["ce-type"], headers["content-type"]));
        Assert.Equal(("shop-a", "1", "1", "anonymous"), (headers["fnmesh-subscription"], headers["fnmesh-delivery"], headers["fnmesh-attempt"], headers["fnmesh-principal"]));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", headers["traceparent"]);
        Assert.InRange(int.Parse(headers["fnmesh-deadline"]), 1, 30_000);
    }

    [Fact]
    public async Task A_reply_event_is_published_and_delivered_in_the_same_trace()
    {
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            await _delivered.Writer.WriteAsync(Copy(context), Cancel);
            if (context.Request.Headers["ce-type"] != "test.a") return;
            foreach (var (name, value) in new[] { ("ce-specversion", "1.0"), ("ce-id", "r1"), ("ce-source", "/shop"), ("ce-type", "test.b") })
                context.Response.Headers[name] = value;
            await context.Response.WriteAsync("reply");
        });
        await using var mesh = await RunningMesh.StartAsync(
            Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Subscription("shop-b", "test.b", "shop") + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1", traceparent: Trace);
        await NextAsync();
        var second = await NextAsync();

        Assert.Equal(("test.b", "r1", "shop-b"), (second["ce-type"], second["ce-id"], second["fnmesh-subscription"]));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", second["traceparent"]);
        Assert.Equal(2, (await mesh.AskAsync("/api/v1/events")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_reply_that_the_policy_does_not_allow_ends_as_a_dead_letter()
    {
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            foreach (var (name, value) in new[] { ("ce-specversion", "1.0"), ("ce-id", "r1"), ("ce-source", "/shop"), ("ce-type", "other.b") })
                context.Response.Headers[name] = value;
            await context.Response.WriteAsync("reply");
            await _delivered.Writer.WriteAsync(Copy(context), Cancel);
        });
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1");
        using var after = await mesh.PublishAsync("test.a", "2");
        await NextAsync();
        await NextAsync();
        await mesh.Log.HearAsync("DeadLettered", Cancel);
        await mesh.Log.HearAsync("DeadLettered", Cancel);
        var letters = (await mesh.AskAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray().ToArray();

        Assert.Single(function.Requests, request => request.Headers["ce-id"] == "1");
        Assert.Equal(2, letters.Length);
        Assert.All(letters, letter => Assert.Equal("Denied", letter.GetProperty("verdict").GetString()));
    }

    [Fact]
    public async Task A_reply_that_is_no_event_ends_as_a_dead_letter_that_shows_what_the_function_answered()
    {
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            context.Response.Headers["ce-specversion"] = "1.0";
            await context.Response.WriteAsync("reply");
        });
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1");
        await mesh.Log.HearAsync("DeadLettered", Cancel);
        var letter = Assert.Single((await mesh.AskAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray());

        Assert.Equal(("Malformed", 200), (letter.GetProperty("verdict").GetString(), letter.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task An_event_that_breaks_its_function_uses_up_retry_and_ends_as_a_dead_letter()
    {
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop", "retry: 1, backoffDelay: 10ms") + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1");
        await mesh.Log.HearAsync("DeadLettered", Cancel);

        Assert.Equal(2, Assert.Single((await mesh.AskAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray()).GetProperty("deliveries").GetInt32());
    }

    [Fact]
    public async Task A_failed_delivery_comes_again_with_the_next_number()
    {
        await using var function = await FunctionAsync((_, number) => number <= 2 ? 500 : 204);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1");
        var numbers = new[] { await NextAsync(), await NextAsync(), await NextAsync() }.Select(headers => headers["fnmesh-delivery"]);

        Assert.Equal(["1", "2", "3"], numbers);
    }

    [Fact]
    public async Task A_503_is_repeated_in_line_before_it_comes_again_later()
    {
        await using var function = await FunctionAsync((_, number) => number == 1 ? 503 : 204);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1");
        var (first, second) = (await NextAsync(), await NextAsync());

        Assert.Equal(("1", "1"), (first["fnmesh-delivery"], first["fnmesh-attempt"]));
        Assert.Equal(("1", "2"), (second["fnmesh-delivery"], second["fnmesh-attempt"]));
    }

    [Fact]
    public async Task A_failing_key_waits_while_others_flow_and_keeps_its_order()
    {
        var mend = new TaskCompletionSource();
        await using var function = await FunctionAsync((headers, _) => headers["ce-partitionkey"] == "bad" && !mend.Task.IsCompleted ? 500 : 204);
        await using var mesh = await RunningMesh.StartAsync(
            Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop", "retry: 1000, backoffDelay: 10ms, backoffMax: 20ms") + Yaml.Publishers());

        foreach (var (id, key) in new[] { ("1", "bad"), ("2", "bad"), ("3", "good"), ("4", "bad"), ("5", "good") }) (await mesh.PublishAsync("test.a", id, key: key)).Dispose();
        List<string> seen = [];
        while (!seen.Contains("5")) seen.Add((await NextAsync())["ce-id"]);
        mend.SetResult();
        while (!seen.Contains("4")) seen.Add((await NextAsync())["ce-id"]);

        Assert.DoesNotContain("2", seen[..seen.LastIndexOf("1")]);
        Assert.DoesNotContain("4", seen[..seen.LastIndexOf("2")]);
        Assert.Equal(["3", "5"], seen.Where(id => id is "3" or "5"));
    }

    [Fact]
    public async Task A_subscription_that_left_the_policy_goes_on_where_it_was_when_it_returns()
    {
        await using var function = await FunctionAsync((_, _) => 204);
        var with = Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers();
        await using var mesh = await RunningMesh.StartAsync(with);
        await mesh.ApplyAsync(Yaml.App("shop", function.Address) + Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1");
        await mesh.ApplyAsync(with);

        Assert.Equal("1", (await NextAsync())["ce-id"]);
    }

    [Fact]
    public async Task Events_wait_while_their_app_has_no_endpoint_and_are_no_redeliveries_when_it_has_one_again()
    {
        await using var function = await FunctionAsync((_, _) => 204);
        await using var mesh = await RunningMesh.StartAsync(
            Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop", "backoffDelay: PT1H, backoffMax: PT1H") + Yaml.Publishers());
        mesh.Serve(any: false);

        foreach (var id in new[] { "1", "2", "3" }) (await mesh.PublishAsync("test.a", id, key: "k")).Dispose();
        await mesh.Log.HearAsync("Waits", Cancel);
        mesh.Serve(any: true);
        var seen = new[] { await NextAsync(), await NextAsync(), await NextAsync() }.Select(headers => (headers["ce-id"], headers["fnmesh-delivery"]));

        Assert.Equal([("1", "1"), ("2", "1"), ("3", "1")], seen);
    }

    [Theory]
    [InlineData("ce-id", null, HttpStatusCode.BadRequest, "id")]
    [InlineData("ce-source", "", HttpStatusCode.BadRequest, "source")]
    [InlineData("ce-specversion", "2.0", HttpStatusCode.BadRequest, "specversion")]
    [InlineData("ce-type", "other.a", HttpStatusCode.Forbidden, "other.a")]
    public async Task What_is_refused_is_named_and_not_stored(string header, string? value, HttpStatusCode status, string named)
    {
        await using var mesh = await RunningMesh.StartAsync(Yaml.Publishers());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent("x") };
        foreach (var (name, good) in new[] { ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/a"), ("ce-type", "test.a") })
        {
            if (name != header) request.Headers.Add(name, good);
            else if (value is not null) request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await mesh.Client.SendAsync(request, Cancel);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(named, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(0, (await mesh.AskAsync("/api/v1/events")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_event_of_more_than_a_mebibyte_is_too_large()
    {
        await using var mesh = await RunningMesh.StartAsync(Yaml.Publishers());

        using var answer = await mesh.PublishAsync("test.a", "1", new string('x', 1024 * 1024));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private Task<ScriptedFunction> FunctionAsync(Func<IHeaderDictionary, int, int> status) => ScriptedFunction.StartAsync(async (context, number) =>
    {
        context.Response.StatusCode = status(context.Request.Headers, number);
        await _delivered.Writer.WriteAsync(Copy(context), Cancel);
    });

    private static Dictionary<string, string> Copy(HttpContext context) =>
        context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private async Task<Dictionary<string, string>> NextAsync() => await _delivered.Reader.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
}
