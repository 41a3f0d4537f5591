using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Which of two processes gets the calls of a gateway that reaches both over mutual TLS.</summary>
public sealed class BalancingTests
{
    private const int Calls = 20;

    [Fact]
    public async Task Calls_stay_in_the_gateways_zone_and_go_to_the_other_once_nobody_is_there()
    {
        await using var near = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var far = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = new ApartMesh();
        // Who does not say where it runs is in the zone of its revision.
        mesh.Write(Yaml.Relay("web", near.Url, zone: "north"), Yaml.Route("web", "web", "retry: { attempts: 2 }"));
        await mesh.StartControlAsync("web");
        var nearby = await mesh.StartShimAsync("web", near.Url, "near");
        await mesh.StartShimAsync("web", far.Url, "far", ("FNMESH_ZONE", "south"));
        await StartGatewayAsync(mesh, ("FNMESH_ZONE", "north"));

        await CallAsync(mesh);
        Assert.Equal((Calls, 0), (near.Requests.Count, far.Requests.Count));

        Assert.Equal(0, await nearby.StopAsync());
        await CallAsync(mesh);
        Assert.Equal((Calls, Calls), (near.Requests.Count, far.Requests.Count));
    }

    [Fact]
    public async Task Who_is_not_well_gets_no_calls_until_its_checks_succeed()
    {
        var health = 503;
        await using var sick = await FunctionServer.StartAsync(request => new Answer(request.Path == "/health" ? Volatile.Read(ref health) : 200));
        await using var well = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.Relay("web", sick.Url), Yaml.Route("web", "web"), """
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: checks }
            spec:
              targetRefs: [ { kind: FunctionApp, name: web } ]
              healthCheck: { path: /health, interval: 1s, unhealthyThreshold: 1, healthyThreshold: 1 }
            """);
        await mesh.StartControlAsync("web");
        await mesh.StartShimAsync("web", sick.Url, "sick");
        await mesh.StartShimAsync("web", well.Url, "well");
        await StartGatewayAsync(mesh);

        // What a check found has counted before the next is made.
        await sick.Requests.AtLeastAsync(2, IsCheck);
        await CallAsync(mesh);
        Assert.Equal((0, Calls), (sick.Requests.Items.Count(IsCall), well.Requests.Items.Count(IsCall)));

        Volatile.Write(ref health, 200);
        await sick.Requests.AtLeastAsync(sick.Requests.Items.Count(IsCheck) + 3, IsCheck);
        await CallAsync(mesh);
        Assert.InRange(sick.Requests.Items.Count(IsCall), 1, Calls - 1);
    }

    private static bool IsCheck(Received request) => request.Path == "/health";

    private static bool IsCall(Received request) => !IsCheck(request);

    private static async Task StartGatewayAsync(ApartMesh mesh, params IEnumerable<(string, string)> more)
    {
        await mesh.StartGatewayAsync(more);
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
    }

    private static async Task CallAsync(ApartMesh mesh)
    {
        for (var call = 0; call < Calls; call++)
        {
            using var answer = await mesh.GetAsync("/web");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }
}
