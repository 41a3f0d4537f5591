using System.Net;
using System.Text.Json;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class EventFunctionTests
{
    private static readonly (string Name, string Value)[] Event = [("ce-specversion", "1.0"), ("ce-id", "e-1"), ("ce-source", "/s"), ("ce-type", "shop.placed"), ("Content-Type", "application/json")];

    [Fact]
    public async Task An_event_runs_its_function_and_a_redelivery_says_so()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(Function("placed", "\"type\": \"cloudEventTrigger\"", "\"does\": \"logs\", \"retry\": { \"count\": 5, \"delay\": 1 }")));

        Assert.Equal(204, (await PostAsync(app, "placed", """{"n":1}""")).Status);
        var first = await RanAsync(app);
        Assert.Equal("""{"n":1}""", first.GetProperty("inputData")[0].GetProperty("data").GetProperty("json").GetString());
        Assert.Equal("e-1", first.GetProperty("triggerMetadata").GetProperty("id").GetProperty("string").GetString());
        Assert.False(first.TryGetProperty("retryContext", out _));

        Assert.Equal(204, (await PostAsync(app, "placed", "{}", ("fnmesh-delivery", "3"))).Status);
        var again = JsonDocument.Parse(app.Lines.All[^1].Text.Split("ran placed: ")[1]).RootElement.GetProperty("retryContext");
        Assert.Equal((2, 5), (again.GetProperty("retryCount").GetInt32(), again.GetProperty("maxRetryCount").GetInt32()));
    }

    [Fact]
    public async Task A_batch_goes_to_a_function_that_takes_many_and_to_no_other()
    {
        const string Batch = """[ {"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"n":1}}, {"specversion":"1.0","id":"2","source":"/s","type":"t","data":{"n":2}} ]""";
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(
            Function("many", "\"type\": \"cloudEventTrigger\", \"cardinality\": \"Many\"", "\"does\": \"logs\""), Function("one", "\"type\": \"cloudEventTrigger\"", "\"does\": \"logs\"")));

        Assert.Equal(204, (await app.CallAsync("POST", "/_fnmesh/functions/MANY", Batch, default, ("Content-Type", "application/cloudevents-batch+json"))).Status);
        Assert.Equal("""[{"n":1},{"n":2}]""", (await RanAsync(app)).GetProperty("inputData")[0].GetProperty("data").GetProperty("json").GetString());

        var refused = await app.CallAsync("POST", "/_fnmesh/functions/one", Batch, default, ("Content-Type", "application/cloudevents-batch+json"));
        Assert.Equal(400, refused.Status);
        Assert.Contains("takes one event at a time", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_functions_put_out_is_published_before_the_answer_and_an_answer_of_HTTP_is_none_of_it()
    {
        await using var app = await ScriptedApp.StartAsync("""
            "functions": [
              { "name": "paid", "bindings": [ { "name": "e", "type": "eventGridTrigger", "direction": "In" }, { "name": "$return", "type": "cloudEvent", "direction": "Out", "eventType": "shop.paid" } ],
                "does": "answer", "returns": { "json": { "n": 2 } } },
              { "name": "web", "bindings": [ { "name": "req", "type": "httpTrigger", "direction": "In" }, { "name": "res", "type": "http", "direction": "Out" }, { "name": "rows", "type": "kafka", "direction": "Out", "topic": "shop.rows" } ],
                "does": "answer", "outputs": { "res": { "string": "done" }, "rows": { "texts": [ "a", "b" ] } } } ]
            """);

        Assert.Equal(204, (await PostAsync(app, "paid", "{}", ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))).Status);
        Assert.Equal(("shop.paid", """{"n":2}"""), ((string?)app.Broker.Events.Single()["type"], app.Broker.Events.Single()["data"]!.ToJsonString().Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", app.Broker.Requests.Single().Headers.GetValues("traceparent").Single());

        Assert.Equal("done", (await app.CallAsync("GET", "/api/web", null, default, ("fnmesh-principal", "spiffe://m/ns/default/app/x"))).Body);
        Assert.Equal(["a", "b"], app.Broker.Events.Skip(1).Select(one => (string?)one["data"]));

        app.Broker.Status = HttpStatusCode.Forbidden;
        Assert.Equal(500, (await app.CallAsync("GET", "/api/web", null, default, ("fnmesh-principal", "spiffe://m/ns/default/app/x"))).Status);
        var failed = await PostAsync(app, "paid", "{}");
        Assert.Equal(500, failed.Status);
        Assert.Contains("its events were not published: the mesh answered 403: as told", failed.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_fails_for_an_event_is_500_with_its_reason_for_the_dead_letter()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(Function("placed", "\"type\": \"cloudEventTrigger\"", "\"does\": \"fail\"")));
        var failed = await PostAsync(app, "placed", "{}");
        Assert.Equal(500, failed.Status);
        Assert.Contains("placed: it fails, as the script says", failed.Body, StringComparison.Ordinal);
        Assert.Equal(400, (await app.CallAsync("POST", "/_fnmesh/functions/placed", "{}")).Status);
        Assert.Equal(404, (await PostAsync(app, "none", "{}")).Status);
        Assert.Equal(405, (await app.CallAsync("GET", "/_fnmesh/functions/placed")).Status);
    }

    private static string Function(string name, string trigger, string more) => $$"""{ "name": "{{name}}", "bindings": [ { "name": "e", "direction": "In", {{trigger}} } ], {{more}} }""";

    private static Task<Reply> PostAsync(ScriptedApp app, string function, string body, params (string Name, string Value)[] headers) => app.CallAsync("POST", $"/_fnmesh/functions/{function}", body, default, [.. Event, .. headers]);

    private static async Task<JsonElement> RanAsync(ScriptedApp app) => JsonDocument.Parse((await app.Lines.FirstAsync(": ran ")).Text.Split(": {", 2)[1].Insert(0, "{")).RootElement;
}
