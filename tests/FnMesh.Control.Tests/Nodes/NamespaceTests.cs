using System.Threading.Channels;
using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;

namespace FnMesh.Control.Tests.Nodes;

public sealed class NamespaceTests
{
    private const string Team = """
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: pricing, namespace: team-a }
        spec: { revisions: [ { name: pricing-v1, run: { command: [ pricing ] } } ] }
        """;

    [Fact]
    public async Task Members_are_told_the_namespaces_that_have_apps_and_of_each_change()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var gateway = await test.JoinGatewayAsync();
        gateway.Connect(new Served().Duties);
        await gateway.AnnounceAsync(new Announcement { Gateway = new GatewayAddresses { Edge = "http://127.0.0.1:1", Mesh = "https://127.0.0.1:2" } }, test.Deadline);
        var told = Channel.CreateUnbounded<IReadOnlyList<string>>();
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties { Namespaces = names => told.Writer.TryWrite(names) });

        Assert.Empty(await told.Reader.ReadAsync(test.Deadline));
        test.Publish(TestPlane.Policy(Team));
        Assert.Equal(["team-a"], await told.Reader.ReadAsync(test.Deadline));
        test.Publish(TestPlane.Policy());
        Assert.Empty(await told.Reader.ReadAsync(test.Deadline));
    }

    [Fact]
    public async Task An_endpoint_is_that_of_the_app_in_the_namespace_of_its_identity()
    {
        await using var test = await TestPlane.StartAsync();
        var served = new Served();
        (await test.JoinGatewayAsync()).Connect(served.Duties);
        test.Publish(TestPlane.Policy(Team));
        var function = await test.JoinAsync("theirs", Role.Function, SpiffeId.App(TestPlane.TrustDomain, "pricing.team-a"));
        function.Connect(new NodeDuties());

        Assert.Empty(await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711", "pricing-v1.team-a"), test.Deadline));
        var endpoints = await served.EndpointsAsync(endpoints => endpoints.Revisions.Any(revision => revision.Endpoints.Length > 0), test.Deadline);
        var there = Assert.Single(endpoints.Revisions, revision => revision.Endpoints.Length > 0);
        Assert.Equal(("pricing.team-a", "pricing-v1.team-a", "spiffe://shop.local/ns/team-a/app/pricing"), (there.App, there.Revision, there.Identity));

        // The revision of the other namespace is not its to serve.
        Assert.Equal(["no FunctionApp named 'pricing.team-a' has a revision 'pricing-v1'; add it to the policy"], await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline));
    }
}
