using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Control and gateway as processes of their own.</summary>
public sealed class RolesTests
{
    [Fact]
    public async Task A_gateway_serves_without_control_also_when_it_starts_again_and_follows_edits_once_control_is_back()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200, "one"));
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", function.Url), Yaml.Route("web", "web"));

        await mesh.StartControlAsync();
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        await mesh.Control.KillAsync(withChildren: false);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);
        Assert.Equal(0, await mesh.Gateway.StopAsync());

        await mesh.StartGatewayAsync();
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);

        var seen = mesh.Gateway.Errors.Count;
        mesh.Write(Yaml.App("web", function.Url), Yaml.Route("web", "web"), Yaml.Route("new", "web"));
        await mesh.StartControlAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive, seen);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/new")).StatusCode);
    }
}
