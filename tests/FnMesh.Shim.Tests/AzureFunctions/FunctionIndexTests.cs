using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class FunctionIndexTests
{
    private const string Http = """{ "name": "req", "type": "httpTrigger", "direction": "In" }""";

    [Theory]
    [InlineData("""{ "name": "b", "type": "blobTrigger", "direction": "In", "path": "x" }""", null, "FNM1501", "it runs for blobTrigger, which the mesh has nothing for")]
    [InlineData("""{ "name": "o", "type": "orchestrationTrigger", "direction": "In" }""", null, "FNM1501", "it runs for orchestrationTrigger")]
    [InlineData("""{ "name": "e", "type": "kafkaTrigger", "direction": "In", "topic": "t", "properties": { "supportsDeferredBinding": "True" } }""", null, "FNM1503", "its parameter 'e' is of a type of an Azure SDK")]
    [InlineData("""{ "name": "e", "type": "kafkaTrigger", "direction": "In" }""", null, "FNM1504", "its kafkaTrigger names no topic")]
    [InlineData("""{ "name": "t", "type": "timerTrigger", "direction": "In", "schedule": "every day" }""", null, "FNM1504", "the schedule 'every day' is neither cron")]
    [InlineData("""{ "name": "t", "type": "timerTrigger", "direction": "In", "schedule": "%WHEN%" }""", null, "FNM1504", "needs the setting WHEN")]
    [InlineData(Http, """{ "name": "blob", "type": "blob", "direction": "In" }""", "FNM1502", "it takes 'blob' from blob")]
    [InlineData(Http, """{ "name": "q", "type": "queue", "direction": "Out" }""", "FNM1502", "its output 'q' goes to queue")]
    [InlineData(Http, """{ "name": "t", "type": "timerTrigger", "direction": "In" }""", "FNM1504", "it has 2 triggers")]
    [InlineData("""{ "name": "req", "type": "httpTrigger", "direction": "In", "route": "admin/x" }""", null, "FNM1504", "its route 'admin/x' begins with a name that Azure keeps")]
    [InlineData("""{ "name": "req", "type": "httpTrigger", "direction": "In", "route": "x/{" }""", null, "FNM1504", "is no template")]
    [InlineData("""{ "name": "e", "type": "cloudEventTrigger", "direction": "In", "filter": "subject LIKE" }""", null, "FNM1504", "its filter is no CESQL")]
    [InlineData("[]", null, "FNM1505", "a binding of it is no JSON object")]
    public void What_the_mesh_cannot_serve_is_refused_by_function_with_code_and_reason_and_the_others_are_served(string binding, string? other, string code, string reason)
    {
        var index = FunctionIndex.Of(App(), [Metadata("bad", [binding, .. other is null ? (string[])[] : [other]]), Metadata("good", Http)]);
        var refusal = Assert.Single(index.Refusals);
        Assert.Equal(("bad", code), (refusal.Function, refusal.Code));
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single(index.Functions).Name);
    }

    [Fact]
    public void Triggers_become_routes_and_subscriptions_with_retry_and_batches()
    {
        var retry = new RpcRetryOptions { MaxRetryCount = -1, RetryStrategy = RpcRetryOptions.Types.RetryStrategy.FixedDelay, DelayInterval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(3)) };
        var paid = Metadata("paid", """{ "name": "e", "type": "cloudEventTrigger", "direction": "In", "eventTypes": [ "shop.paid", "%MORE%" ], "filter": "subject LIKE 'a%'", "source": "/s" }""");
        paid.RetryOptions = retry;
        var index = FunctionIndex.Of(App([new("MORE", "shop.refunded")]), [
            paid, Metadata("rows", """{ "name": "e", "type": "kafkaTrigger", "direction": "In", "topic": "shop.rows", "cardinality": "Many", "dataType": "String" }"""),
            Metadata("web", """{ "name": "req", "type": "httpTrigger", "direction": "In", "authLevel": "Function", "methods": [ "get" ], "route": "w/{id}" }""")]);
        Assert.Empty(index.Refusals);

        var declared = DeclarationJson.Read(AppDeclaration.Write("shop", "v1", index), out _)!.Functions;

        Assert.Equal(
            [DeclaredTrigger.Event, DeclaredTrigger.Event, DeclaredTrigger.Http], declared.Select(function => function.Trigger));
        Assert.Equal(["shop.paid", "shop.refunded"], declared[0].EventTypes);
        Assert.Equal(("/s", "subject LIKE 'a%'", "/_fnmesh/functions/paid", new DeclaredRetry(1000, 3000, null)), (declared[0].Source, declared[0].Filter, declared[0].Target, declared[0].Retry));
        Assert.Equal(64, declared[1].Batch);
        Assert.Equal(("api/w/{id}", "function", true), (declared[2].Route, declared[2].Level, declared[2].ChecksKeys));
    }

    [Fact]
    public void A_function_that_is_switched_off_is_loaded_and_not_declared_and_host_json_may_name_the_only_ones()
    {
        var index = FunctionIndex.Of(App([new("AzureWebJobs.off.Disabled", "true")], """{ "version": "2.0", "functions": [ "ON", "off" ] }"""), [Metadata("on", Http), Metadata("off", Http), Metadata("else", Http)]);
        Assert.Equal([("on", false), ("off", true)], index.Functions.Select(function => (function.Name, function.IsDisabled)));
        Assert.Equal(["on"], DeclarationJson.Read(AppDeclaration.Write("a", "v1", index), out _)!.Functions.Select(function => function.Name));
    }

    [Fact]
    public void Functions_in_folders_are_found_with_their_script_and_their_retry()
    {
        using var folder = new TempFolder();
        folder.Write("host.json", """{ "version": "2.0" }""");
        folder.Write("worker.config.json", """{ "description": { "language": "scripted", "defaultExecutablePath": "x" } }""");
        folder.Write("one/function.json", $$"""{ "bindings": [ {{Http}} ], "scriptFile": "../dist/one.js", "entryPoint": "run", "retry": { "strategy": "exponentialBackoff", "maxRetryCount": 4, "minimumInterval": "00:00:01", "maximumInterval": "00:01:00" } }""");
        folder.Write("two/function.json", $$"""{ "bindings": [ {{Http}} ], "disabled": true }""");
        folder.Write("three/function.json", "{");
        var refusals = new List<FunctionRefusal>();

        var one = Assert.Single(FunctionFolders.Read(AzureApp.Read(folder.Path, new AppSettings([], _ => null)), refusals));

        Assert.Equal(("one", folder["dist/one.js"], "run"), (one.Name, one.ScriptFile, one.EntryPoint));
        Assert.Equal(new DeclaredRetry(4, 1000, 60_000), RetryReader.Read(one.RetryOptions));
        Assert.Equal("three", Assert.Single(refusals).Function);
    }

    private static AzureApp App(IEnumerable<KeyValuePair<string, string>>? settings = null, string host = """{ "version": "2.0" }""")
    {
        using var folder = new TempFolder();
        folder.Write("host.json", host);
        folder.Write("worker.config.json", """{ "description": { "language": "scripted", "defaultExecutablePath": "x" } }""");
        return AzureApp.Read(folder.Path, new AppSettings(settings ?? [], _ => null));
    }

    private static RpcFunctionMetadata Metadata(string name, params string[] bindings) => new() { Name = name, FunctionId = name, RawBindings = { bindings } };
}
