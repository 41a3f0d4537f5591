namespace FnMesh.Policy.Tests.Compilation;

public class HealthCheckTests
{
    private static readonly string App = Policies.App("app", "app-v1");

    [Theory]
    [InlineData("{ service: shop.Prices }", "shop.Prices")]
    [InlineData("{}", "")]
    public void gRPCs_own_check_asks_about_a_service_or_the_whole_server(string grpc, string service)
    {
        var check = Policies.Compile(App, Policies.Traffic("asked", $"{{ targetRefs: [ {{ kind: Mesh }} ], healthCheck: {{ grpc: {grpc} }} }}")).Snapshot!.Apps[0].HealthCheck!;

        Assert.Equal((null, service), (check.Path, check.GrpcService));
    }

    [Theory]
    [InlineData("path: /health", "grpc: { service: a }, interval: 3s", null, "a")]
    [InlineData("grpc: { service: a }", "path: /health, interval: 3s", "/health", null)]
    public void Of_two_ways_of_asking_the_more_specific_takes_the_place_of_the_other(string mesh, string app, string? path, string? service)
    {
        var check = Policies.Compile(
            App,
            Policies.Traffic("all", $"{{ targetRefs: [ {{ kind: Mesh }} ], healthCheck: {{ {mesh}, timeout: 1s }} }}"),
            Policies.Traffic("one", $"{{ targetRefs: [ {{ kind: FunctionApp, name: app }} ], healthCheck: {{ {app} }} }}")).Snapshot!.Apps[0].HealthCheck!;

        Assert.Equal((path, service, 3, 1), (check.Path, check.GrpcService, check.Interval.TotalSeconds, check.Timeout.TotalSeconds));
    }

    [Theory]
    [InlineData("path: /a, grpc: {}", "FNM1110")]
    [InlineData("interval: 3s", "FNM1104")]
    [InlineData("grpc: {}, expectedStatuses: [ 200 ]", "FNM1110")]
    [InlineData("grpc: { servise: a }", "FNM1103")]
    [InlineData("grpc: { service: '' }", "FNM1106")]
    [InlineData("grpc: { service: LONG }", "FNM1107")]
    public void What_cannot_be_asked_is_refused(string check, string code) =>
        Assert.Equal([code], Policies.Compile(App, Policies.Traffic("asked", $"{{ targetRefs: [ {{ kind: Mesh }} ], healthCheck: {{ {check.Replace("LONG", new string('a', 256), StringComparison.Ordinal)} }} }}")).Diagnostics.Select(found => found.Code));

    [Fact]
    public void Two_policies_that_ask_one_app_in_two_ways_are_refused() =>
        Assert.Equal(["FNM1205"], Policies.Compile(
            App,
            Policies.Traffic("one", "{ targetRefs: [ { kind: FunctionApp, name: app } ], healthCheck: { path: /health } }"),
            Policies.Traffic("two", "{ targetRefs: [ { kind: FunctionApp, name: app } ], healthCheck: { grpc: {} } }")).Diagnostics.Select(found => found.Code));

    [Fact]
    public void What_is_asked_is_told_with_its_place()
    {
        var way = Policies.Compile(App, Policies.Traffic("asked", "{ targetRefs: [ { kind: Mesh } ], healthCheck: { grpc: { service: shop.Prices } } }")).Ways.Single(way => way.Kind == "FunctionApp");

        var asked = way.Fields.Single(field => field.Field == "healthCheck.grpc.service");
        Assert.Equal(("shop.Prices", "asked"), (asked.Value, asked.Name));
        Assert.DoesNotContain(way.Fields, field => field.Field is "healthCheck.path" or "healthCheck.expectedStatuses");
    }
}
