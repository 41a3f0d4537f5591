using System.Net;
using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.AzureFunctions;

/// <summary>A built app of Azure Functions in a mesh; its worker does what a script says.</summary>
public sealed class AzureAppTests
{
    private const string Shop =
        """
        { "functions": [
            { "name": "hello", "bindings": [ { "name": "req", "type": "httpTrigger", "direction": "In", "authLevel": "Anonymous", "methods": [ "get" ], "route": "hello/{name}" }, { "name": "$return", "type": "http", "direction": "Out" } ] },
            { "name": "secret", "bindings": [ { "name": "req", "type": "httpTrigger", "direction": "In", "authLevel": "Function" }, { "name": "$return", "type": "http", "direction": "Out" } ] },
            { "name": "crash", "does": "crash", "bindings": [ { "name": "req", "type": "httpTrigger", "direction": "In", "authLevel": "Anonymous", "methods": [ "post" ] } ] },
            { "name": "place", "does": "answer", "returns": { "string": "placed" }, "outputs": { "placed": { "json": { "order": 7 } } },
              "bindings": [ { "name": "req", "type": "httpTrigger", "direction": "In", "authLevel": "Anonymous", "methods": [ "post" ] }, { "name": "$return", "type": "http", "direction": "Out" }, { "name": "placed", "type": "cloudEvent", "direction": "Out", "eventType": "shop.placed" } ] },
            { "name": "charge", "does": "logs", "bindings": [ { "name": "evt", "type": "cloudEventTrigger", "direction": "In", "eventType": "shop.placed" } ] },
            { "name": "pictures", "bindings": [ { "name": "blob", "type": "blobTrigger", "direction": "In" } ] } ] }
        """;

    private const string Policy =
        """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: shop }
        spec:
          revisions: [ { name: shop-v1, run: { azureFunctions: ../shop }, env: { FunctionKeys__secret: opensesame } } ]
        """;

    [Fact]
    public async Task Its_functions_are_routes_and_subscriptions_of_the_mesh_and_what_they_put_out_are_events()
    {
        await using var mesh = await StartAsync();

        using var hello = await mesh.GetAsync("/api/hello/mesh?a=1");
        Assert.True(hello.StatusCode == HttpStatusCode.OK, string.Join('\n', mesh.Up.Errors.Items));
        var invocation = JsonDocument.Parse(await hello.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("mesh", invocation.GetProperty("triggerMetadata").GetProperty("name").GetProperty("string").GetString());
        Assert.StartsWith("00-", invocation.GetProperty("traceContext").GetProperty("traceParent").GetString());

        Assert.Equal(HttpStatusCode.Unauthorized, (await mesh.GetAsync("/api/secret")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/api/secret?code=opensesame")).StatusCode);

        using var placed = await mesh.PostAsync("/api/place", new StringContent("{}"));
        Assert.Equal("placed", await placed.Content.ReadAsStringAsync());
        var charged = await mesh.Up.Errors.FirstAsync(line => line.Contains("ran charge", StringComparison.Ordinal));
        Assert.Contains("order", charged, StringComparison.Ordinal);
        await mesh.Up.Errors.FirstAsync(line => line.Contains("error FNM1501: function 'pictures' is not served", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_crashes_is_started_again_and_no_worker_outlives_a_mesh_that_is_killed()
    {
        await using var mesh = await StartAsync();
        using var crashed = await mesh.PostAsync("/api/crash", new StringContent(""));
        Assert.Equal(HttpStatusCode.BadGateway, crashed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/api/hello/again")).StatusCode);
        Assert.True(!OperatingSystem.IsLinux() || MarkedProcesses.FindProgram(mesh.Up.Mark, "FnMesh.ScriptedWorker").Count > 0, "the worker is a process of its own");

        await mesh.Up.KillAsync(withChildren: false);
        await MarkedProcesses.GoneAsync(mesh.Up.Mark);
    }

    private static async Task<Mesh> StartAsync()
    {
        var mesh = Mesh.In(new TempFolder());
        mesh.Folder.Write("shop/host.json", """{ "version": "2.0" }""");
        mesh.Folder.Write("shop/worker.config.json", $$"""{ "description": { "language": "scripted", "defaultExecutablePath": "{{FnMeshProgram.DotNet}}", "defaultWorkerPath": "{{FnMeshProgram.BuiltProgram("FnMesh.ScriptedWorker", "FnMesh.ScriptedWorker")}}" } }""");
        mesh.Folder.Write("shop/script.json", Shop);
        mesh.Write(Policy);
        try
        {
            await mesh.StartAsync();
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }
}
