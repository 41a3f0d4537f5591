using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Roles that are started with what is meant for others, and what is told of those that join.</summary>
public sealed class JoinTests
{
    [Fact]
    public async Task A_gateway_with_an_apps_token_and_a_shim_with_a_gateways_end_with_a_sentence()
    {
        await using var mesh = await StartAsync();

        var gateway = mesh.BeginGateway(("FNMESH_JOIN_TOKEN_FILE", mesh.Folder["tokens/web"]));
        Assert.Equal(1, await Patience.ForAsync(gateway.Exited, () => "the gateway ends"));
        Assert.Empty(gateway.Output.Items);
        Assert.Equal(["fnmesh: the join token is for spiffe://mesh.local/ns/default/app/web, which is no gateway; 'fnmesh control --token gateway=FILE' writes one that is"], gateway.Errors.Items);
        var shim = mesh.BeginShim("gateway", "http://127.0.0.1:9", "web");
        Assert.Equal(1, await Patience.ForAsync(shim.Exited, () => "the shim ends"));
        Assert.Empty(shim.Output.Items);
        Assert.Equal(["fnmesh: the join token is for spiffe://mesh.local/gateway, which is no function app; 'fnmesh control --token app/NAME=FILE' writes one that is"], shim.Errors.Items);

        // What it was given wrongly is not kept.
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
    }

    [Fact]
    public async Task A_namespace_that_the_token_is_not_for_is_refused()
    {
        await using var mesh = await StartAsync();

        var shim = mesh.BeginShim("web", "http://127.0.0.1:9", "web", ("FNMESH_NAMESPACE", "production"));
        Assert.Equal(1, await Patience.ForAsync(shim.Exited, () => "the shim ends"));
        Assert.Equal(["fnmesh: FNMESH_NAMESPACE is 'production', but the join token is for spiffe://mesh.local/ns/default/app/web, of the namespace 'default'; give it a token of 'production', and a node directory of its own"], shim.Errors.Items);

        var none = mesh.BeginShim("web", "http://127.0.0.1:9", "other", ("FNMESH_NAMESPACE", "Pro.duction"));
        Assert.Equal(2, await Patience.ForAsync(none.Exited, () => "the shim ends"));
        Assert.Equal(["fnmesh: FNMESH_NAMESPACE is 'Pro.duction', which is no name of a namespace: a DNS label of a-z, 0-9 and '-'"], none.Errors.Items);
    }

    [Fact]
    public async Task Nodes_shows_the_zone_of_gateways_and_functions()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync();
        await mesh.StartShimAsync("web", function.Url, "web", ("FNMESH_ZONE", "north"), ("FNMESH_NAMESPACE", "default"));
        await mesh.StartGatewayAsync(("FNMESH_ZONE", "south"), ("FNMESH_NODE", "gate"));
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);

        using var nodes = System.Text.Json.JsonDocument.Parse((await mesh.CommandAsync("nodes", "-o", "json")).Output);

        Assert.Equal(
            [("gate", "south"), ("web", "north")],
            nodes.RootElement.GetProperty("items").EnumerateArray().Select(node => (node.GetProperty("name").GetString(), node.GetProperty("zone").GetString())));
    }

    private static async Task<ApartMesh> StartAsync()
    {
        var mesh = new ApartMesh();
        mesh.Write(Yaml.Relay("web", "http://127.0.0.1:9"));
        await mesh.StartControlAsync("web");
        return mesh;
    }
}
