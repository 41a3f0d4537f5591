using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Calls;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class AzureRoutesTests
{
    private readonly AzureRoutes _routes = new(
    [
        Function("any", "api/{*rest}"), Function("one", "api/orders/{id:int}", "GET"), Function("fresh", "api/orders/new", "GET"), Function("make", "api/orders", "POST"), Function("page", "api/pages/{n=1}"),
        Function("off", "api/off") with { IsDisabled = true },
    ]);

    [Theory]
    [InlineData("GET", "/api/orders/7", "one")]
    [InlineData("GET", "/API/Orders/7", "one")]
    [InlineData("GET", "/api/orders/new", "fresh")]
    [InlineData("GET", "/api/orders/seven", "any")]
    [InlineData("POST", "/api/orders", "make")]
    [InlineData("GET", "/api/pages", "page")]
    [InlineData("GET", "/api/off", "any")]
    [InlineData("GET", "/orders/7", null)]
    public void The_most_exact_template_wins_and_letters_are_the_same_in_either_case(string method, string path, string? function) =>
        Assert.Equal(function, _routes.Find(method, path, out _, out _)?.Name);

    [Fact]
    public void Values_of_a_route_are_found_and_defaults_too()
    {
        _routes.Find("GET", "/api/orders/7", out var values, out _);
        Assert.Equal("7", values["id"]);
        _routes.Find("GET", "/api/pages", out values, out _);
        Assert.Equal("1", values["n"]);
    }

    [Fact]
    public void A_path_that_exists_for_other_methods_is_told_apart_from_one_that_does_not_exist()
    {
        var routes = new AzureRoutes([Function("make", "api/orders", "POST")]);
        Assert.Null(routes.Find("GET", "/api/orders", out _, out var otherMethods));
        Assert.True(otherMethods);
        Assert.Null(routes.Find("GET", "/api/none", out _, out otherMethods));
        Assert.False(otherMethods);
    }

    [Theory]
    [InlineData("""{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""", "hello")]
    [InlineData("""{ "version": "2.0", "extensions": { "http": { "routePrefix": "/v1/x/" } } }""", "v1/x/hello")]
    [InlineData("""{ "version": "2.0" }""", "api/hello")]
    public void The_prefix_is_that_of_host_json(string json, string route)
    {
        using var folder = new TempFolder();
        folder.Write("host.json", json);
        var binding = new RawBinding(System.Text.Json.JsonDocument.Parse("""{ "name": "req", "type": "httpTrigger", "direction": "in" }""").RootElement, new AppSettings([], _ => null));
        Assert.Equal(route, Assert.IsType<HttpCallTrigger>(TriggerReader.Read("hello", [binding], HostFile.Read(folder.Path, new AppSettings([], _ => null)))).Route);
    }

    [Fact]
    public void A_setting_takes_the_place_of_a_value_of_host_json()
    {
        using var folder = new TempFolder();
        folder.Write("host.json", """{ "version": "2.0", "functionTimeout": "00:01:00" }""");
        var host = HostFile.Read(folder.Path, new AppSettings([new("AzureFunctionsJobHost__functionTimeout", "-1"), new("AzureFunctionsJobHost__extensions__http__routePrefix", "x")], _ => null));
        Assert.Equal((Timeout.InfiniteTimeSpan, "x"), (host.FunctionTimeout, host.RoutePrefix));
    }

    private static IndexedFunction Function(string name, string route, params string[] methods) => new()
    {
        Name = name,
        Id = name,
        Trigger = new HttpCallTrigger("req", route, [.. methods], "anonymous", "$return"),
        Metadata = new RpcFunctionMetadata(),
    };
}
