using System.Net;
using System.Net.Sockets;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class FailoverTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Uri _nobody = Free();

    [Fact]
    public async Task While_no_endpoint_stands_calls_go_to_the_other_app_and_say_why()
    {
        await using var spare = await ScriptedFunction.StartAsync(200, 200, 200);
        await using var edge = await Edge.StartAsync(Apps(_nobody, spare.Address) + Policy("retry: { attempts: 0 }"));

        for (var call = 0; call < 3; call++)
        {
            using var answer = await edge.Client.GetAsync("/a", Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("NoEndpoint", Assert.Single(answer.Headers.GetValues("fnmesh-failover")));
        }

        Assert.Equal(3, spare.Requests.Count);
    }

    [Fact]
    public async Task While_the_breaker_is_open_calls_go_to_the_other_app()
    {
        await using var function = await ScriptedFunction.StartAsync(500, 500);
        await using var spare = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Apps(function.Address, spare.Address) + Policy("circuitBreaker: { failureRatio: 1, minimumThroughput: 2, breakFor: 1m }"));
        for (var call = 0; call < 2; call++)
        {
            using var failed = await edge.Client.PostAsync("/a", null, Cancel);
            Assert.False(failed.Headers.Contains("fnmesh-failover"));
        }

        using var answer = await edge.Client.PostAsync("/a", null, Cancel);

        Assert.Equal("BreakerOpen", Assert.Single(answer.Headers.GetValues("fnmesh-failover")));
        Assert.Single(spare.Requests);
    }

    [Theory]
    [InlineData("spare")]
    [InlineData("shop")]
    public async Task The_rules_of_both_apps_are_asked(string closed)
    {
        await using var spare = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Apps(_nobody, spare.Address) + Policy("retry: { attempts: 0 }"));
        using (await edge.Client.GetAsync("/a", Cancel))
        {
            edge.Apply(Apps(_nobody, spare.Address) + Policy("retry: { attempts: 0 }") + $$"""
                ---
                apiVersion: fnmesh.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: { name: members }
                spec: { targetRefs: [ { kind: FunctionApp, name: {{closed}} } ], action: ALLOW, rules: [ { from: [ { principals: [ app/* ] } ], to: [ { operations: [ call ] } ] } ] }
                """);
        }

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains($"FunctionApp {closed}", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Single(spare.Requests);
    }

    [Fact]
    public async Task A_call_that_finds_out_that_nobody_is_there_does_not_go_past_the_rules_of_the_other_app()
    {
        await using var spare = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Apps(_nobody, spare.Address) + Policy("retry: { attempts: 0 }") + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: { name: members }
            spec: { targetRefs: [ { kind: FunctionApp, name: spare } ], action: ALLOW, rules: [ { from: [ { principals: [ app/* ] } ], to: [ { operations: [ call ] } ] } ] }
            """);

        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal("Unreachable", Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        Assert.Empty(spare.Requests);
    }

    [Fact]
    public async Task Once_the_other_is_known_to_have_no_endpoint_either_the_answer_is_about_the_first()
    {
        var (shop, spare) = (Free(), Free());
        await using var edge = await Edge.StartAsync(Apps(shop, spare) + Policy("retry: { attempts: 0 }"));
        string[] asked = [spare.ToString(), shop.ToString()];
        foreach (var address in asked)
        {
            using var answer = await edge.Client.GetAsync("/a", Cancel);
            Assert.Contains(address.TrimEnd('/'), await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    private static string Apps(Uri shop, Uri spare) => Yaml.App("shop", shop) + Yaml.App("spare", spare) + Yaml.Route("/", "shop");

    private static string Policy(string more) => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: shop }
        spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], failover: { backendRef: { name: spare } }, {{more}} }

        """;

    private static Uri Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
