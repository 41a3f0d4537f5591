using FnMesh.Control.Nodes;
using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using FnMesh.Policy.Snapshots;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Nodes;

public sealed class ControlPlaneTests
{
    [Fact]
    public async Task A_process_with_a_join_token_gets_the_identity_that_the_token_names()
    {
        await using var test = await TestPlane.StartAsync();
        var node = await test.JoinFunctionAsync();
        Assert.Equal("spiffe://shop.local/ns/default/app/pricing", node.Credentials.Svid.Id.ToString());
    }

    [Fact]
    public async Task A_token_that_was_revoked_or_has_ended_lets_nobody_join()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var test = await TestPlane.StartAsync(time);
        var token = test.Plane.IssueToken(SpiffeId.Gateway(TestPlane.TrustDomain), TimeSpan.FromHours(1));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, token.Reveal(), test.Deadline);
        test.Plane.RevokeToken(token.Id);
        var revoked = await Assert.ThrowsAsync<NodeStartException>(() => MeshNode.StartAsync(test.Options("a", Role.Gateway, file), NullLoggerFactory.Instance, TimeProvider.System, test.Deadline));
        Assert.Contains("was revoked", revoked.Message, StringComparison.Ordinal);
        File.Delete(file);

        var old = test.Token(SpiffeId.Gateway(TestPlane.TrustDomain), TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(2));
        var ended = await Assert.ThrowsAsync<NodeStartException>(() => MeshNode.StartAsync(test.Options("b", Role.Gateway, old), NullLoggerFactory.Instance, TimeProvider.System, test.Deadline));
        Assert.Contains("it ended at", ended.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(13, true)]
    public async Task A_person_gets_the_next_SVID_at_the_start_once_half_of_its_life_is_over(int hours, bool isNew)
    {
        await using var test = await TestPlane.StartAsync();
        var options = test.Options("user", Role.Unspecified, test.Token(SpiffeId.User(TestPlane.TrustDomain, "ada"))) with { RenewsAtStart = true };
        string first;
        await using (var person = await MeshNode.StartAsync(options, test.Said, TimeProvider.System, test.Deadline)) first = person.Credentials.Svid.Leaf.SerialNumber;

        await using var later = await MeshNode.StartAsync(options with { JoinTokenFile = null }, test.Said, new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(hours)), test.Deadline);

        Assert.Equal(isNew, later.Credentials.Svid.Leaf.SerialNumber != first);
    }

    [Theory]
    [InlineData(32 << 10, StatusCode.Unauthenticated)]
    [InlineData(128 << 10, StatusCode.Unknown)]
    public async Task Of_who_has_shown_no_token_yet_control_reads_64_KiB_at_most(int length, StatusCode status)
    {
        await using var test = await TestPlane.StartAsync();
        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = new() { RemoteCertificateValidationCallback = static (_, control, _, _) => control is not null } };
        using var channel = GrpcChannel.ForAddress(test.Plane.Address, new GrpcChannelOptions { HttpHandler = handler });

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new FnMesh.Node.Protocol.Nodes.NodesClient(channel).JoinAsync(new JoinRequest { Token = new string('a', length) }, cancellationToken: test.Deadline));

        Assert.Equal(status, refused.StatusCode);
    }

    [Fact]
    public async Task Who_has_shown_no_token_within_ten_seconds_is_cut_off()
    {
        var time = new ToldTimers(TimeSpan.FromSeconds(10));
        await using var test = await TestPlane.StartAsync(time);
        using var stranger = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = new() { RemoteCertificateValidationCallback = static (_, control, _, _) => control is not null } });
        using var endless = new HttpRequestMessage(HttpMethod.Post, new Uri(test.Plane.Address, "/fnmesh.node.v1.Nodes/Join"))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new EndlessContent(),
        };
        endless.Content.Headers.ContentType = new("application/grpc");
        var asked = stranger.SendAsync(endless, test.Deadline);
        await time.Set.WaitAsync(TestPlane.Patience, test.Deadline);

        time.Advance(TimeSpan.FromSeconds(10));

        // The client tells of the cut by whichever half of the request it sees end first: the body that is no longer asked for, or the answer.
        var cut = await Record.ExceptionAsync(() => asked);
        Assert.True(cut is HttpRequestException or OperationCanceledException, cut?.ToString());
        Assert.False(test.Deadline.IsCancellationRequested);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("""[{"name":"a","identity":"spiffe://shop.local/gateway","role":1,"version":"1","announcement":"/////w=="}]""")]
    [InlineData("""[{"name":"a","identity":"nobody","role":1,"version":"1","announcement":""}]""")]
    public async Task Damaged_nodes_on_disk_count_as_none_and_that_is_said(string damaged)
    {
        await using var test = await TestPlane.StartAsync();
        await test.Plane.DisposeAsync();
        var file = Path.Combine(test.ControlFolder, "nodes.json");
        await File.WriteAllTextAsync(file, damaged, test.Deadline);

        await test.StartPlaneAsync(TimeProvider.System);

        Assert.Empty(test.Plane.Nodes);
        var said = await test.Said.NextAsync("nodes.json", test.Deadline);
        Assert.StartsWith($"{file} is damaged and is not used: ", said, StringComparison.Ordinal);
        Assert.EndsWith("; functions and gateways say again where they are", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_of_one_name_is_refused_while_the_first_lives_and_takes_the_name_when_that_ends()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var first = await test.JoinFunctionAsync();
        first.Connect(new NodeDuties());
        Assert.Empty(await first.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline));

        var second = await test.JoinAsync("pricing-1", Role.Function, first.Credentials.Svid.Id, seed: 8);
        second.Connect(new NodeDuties());
        var announced = second.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4712"), test.Deadline);

        const string Fault = "another process is connected as 'pricing-1'; give one of them another name in FNMESH_NODE";
        Assert.Equal([Fault, Fault], [Tail(await test.Said.NextAsync(Fault, test.Deadline)), Tail(await test.Said.NextAsync(Fault, test.Deadline))]);
        Assert.Equal("https://127.0.0.1:4711", Assert.Single(test.Plane.Nodes).Address);
        await test.SilenceAsync(first);
        Assert.Empty(await announced);
        Assert.Equal("https://127.0.0.1:4712", Assert.Single(test.Plane.Nodes).Address);

        // What was said of one process is said anew of the next.
        (await test.JoinAsync("pricing-1", Role.Function, first.Credentials.Svid.Id, seed: 9)).Connect(new NodeDuties());
        Assert.EndsWith(Fault, await test.Said.NextAsync("refused the stream of a node that joined as", test.Deadline), StringComparison.Ordinal);

        static string Tail(string line) => line[line.IndexOf("another process", StringComparison.Ordinal)..(line.IndexOf("FNMESH_NODE", StringComparison.Ordinal) + "FNMESH_NODE".Length)];
    }

    [Fact]
    public async Task A_gateway_with_the_token_of_an_app_or_a_function_with_a_gateways_does_not_start_and_keeps_nothing_of_it()
    {
        await using var test = await TestPlane.StartAsync();

        var gateway = await Assert.ThrowsAsync<NodeStartException>(() => test.JoinAsync("gateway", Role.Gateway, SpiffeId.App(TestPlane.TrustDomain, "default", "pricing")));
        var function = await Assert.ThrowsAsync<NodeStartException>(() => test.JoinAsync("pricing-1", Role.Function, SpiffeId.Gateway(TestPlane.TrustDomain)));

        Assert.Equal("the join token is for spiffe://shop.local/ns/default/app/pricing, which is no gateway; 'fnmesh control --token gateway=FILE' writes one that is", gateway.Message);
        Assert.Equal("the join token is for spiffe://shop.local/gateway, which is no function app; 'fnmesh control --token app/NAME=FILE' writes one that is", function.Message);
        Assert.True((await test.JoinGatewayAsync()).Credentials.Svid.Id.IsGateway);
    }

    [Fact]
    public async Task A_gateway_is_pushed_the_policy_and_control_knows_when_it_serves_it()
    {
        await using var test = await TestPlane.StartAsync();
        var served = new Served();
        (await test.JoinGatewayAsync()).Connect(served.Duties);
        var policy = TestPlane.Policy();
        test.Publish(policy);
        Assert.Equal(policy.Hash, (await served.NextPolicyAsync(test.Deadline)).Hash);
        await test.Plane.WhenServedAsync(test.Deadline);
        Assert.Equal(policy.Hash, Assert.Single(test.Plane.Nodes).Policy);
    }

    [Fact]
    public async Task A_policy_that_a_gateway_cannot_bind_is_shown_with_the_reason_and_the_one_before_goes_on()
    {
        await using var test = await TestPlane.StartAsync();
        var served = new Served();
        (await test.JoinGatewayAsync()).Connect(served.Duties);
        var first = TestPlane.Policy();
        test.Publish(first);
        await test.Plane.WhenServedAsync(test.Deadline);

        served.Faults = ["no room on the disk"];
        test.Publish(TestPlane.Policy("---\napiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: more }\nspec: { revisions: [ { name: more-v1, run: { url: 'http://127.0.0.1:9' } } ] }"));
        await test.Plane.WhenServedAsync(test.Deadline);
        var node = Assert.Single(test.Plane.Nodes);
        Assert.Equal(first.Hash, node.Policy);
        Assert.Equal("refused", node.State);
        Assert.EndsWith(": no room on the disk", Assert.Single(node.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_announced_endpoint_reaches_the_gateways_with_the_identity_that_it_must_prove()
    {
        await using var test = await TestPlane.StartAsync();
        var served = new Served();
        (await test.JoinGatewayAsync()).Connect(served.Duties);
        test.Publish(TestPlane.Policy());
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        Assert.Empty(await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline));
        var endpoints = await served.EndpointsAsync(Serves, test.Deadline);
        Assert.Equal("spiffe://shop.local/ns/default/app/pricing", Assert.Single(endpoints.Revisions).Identity);
    }

    [Fact]
    public async Task A_revision_that_no_policy_knows_is_refused_until_one_does()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var function = await test.JoinFunctionAsync("cart-1", "cart");
        function.Connect(new NodeDuties());
        var fault = Assert.Single(await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711", "cart-v1"), test.Deadline));
        Assert.Equal("no FunctionApp named 'cart' has a revision 'cart-v1'; add it to the policy", fault);

        test.Publish(TestPlane.Policy("---\napiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: cart }\nspec: { revisions: [ { name: cart-v1, run: { command: [ cart ] } } ] }"));
        Assert.Contains(test.Plane.Endpoints.Revisions, revision => revision is { App: "cart", Endpoints.Length: 1 });
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://127.0.0.1:1/path")]
    [InlineData("https://u@127.0.0.1:1")]
    [InlineData("nonsense")]
    public async Task An_address_that_is_no_https_origin_is_refused(string address)
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        Assert.Contains("is no absolute https address", Assert.Single(await function.AnnounceAsync(TestPlane.Endpoint(address), test.Deadline)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_leaves_is_told_so_once_no_gateway_calls_it_any_more()
    {
        await using var test = await TestPlane.StartAsync();
        var function = await CalledAsync(test);

        await function.LeaveAsync(test.Deadline);
        var gateway = test.Plane.Nodes.Single(node => node.Role == "gateway");
        Assert.True(Assert.Single(test.Plane.Endpoints.Revisions) is { Endpoints.Length: 0, WasReady: true });
        Assert.Equal(VersionOf(test.Plane.Endpoints), gateway.Endpoints);
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("b", "b")]
    public async Task Gateways_know_the_zone_of_an_endpoint_from_its_process_or_else_from_its_revision(string process, string zone)
    {
        await using var test = await TestPlane.StartAsync();
        var policy = TestPlane.Policy();
        test.Publish(policy with { Apps = [policy.Apps[0] with { Revisions = [policy.Apps[0].Revisions[0] with { Zone = "a" }] }] });
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        var announcement = TestPlane.Endpoint("https://127.0.0.1:4711");
        announcement.Function.Zone = process;
        await function.AnnounceAsync(announcement, test.Deadline);

        var sent = Policy.EndpointSnapshotJson.Read(Policy.EndpointSnapshotJson.Write(test.Plane.Endpoints))!;
        Assert.Equal([new EndpointZone(new Uri("https://127.0.0.1:4711"), zone)], Assert.Single(sent.Revisions).Zones!.Value);
    }

    [Fact]
    public async Task Who_is_withdrawn_is_called_no_more_though_it_comes_again_and_that_is_said_once_every_gateway_knows()
    {
        await using var test = await TestPlane.StartAsync();
        var function = await CalledAsync(test);

        await test.Plane.WithdrawAsync("pricing-1", test.Deadline);

        Assert.False(Serves(test.Plane.Endpoints));
        Assert.Equal(VersionOf(test.Plane.Endpoints), test.Plane.Nodes.Single(node => node.Role == "gateway").Endpoints);
        await test.SilenceAsync(function);
        var again = await test.JoinFunctionAsync();
        again.Connect(new NodeDuties());
        Assert.Empty(await again.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline));
        Assert.False(Serves(test.Plane.Endpoints));
        await test.Plane.WithdrawAsync("nobody", test.Deadline);
    }

    [Fact]
    public async Task An_endpoint_whose_node_is_silent_is_taken_out_when_its_lease_ends()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var test = await TestPlane.StartAsync(time);
        var served = new Served();
        test.Publish(TestPlane.Policy());
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline);
        await function.DisposeAsync();
        await test.Plane.WhenDisconnectedAsync("pricing-1", test.Deadline);
        Assert.True(Serves(test.Plane.Endpoints));

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.True(Serves(test.Plane.Endpoints));
        (await test.JoinGatewayAsync()).Connect(served.Duties);
        await served.EndpointsAsync(Serves, test.Deadline);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(Serves(await served.EndpointsAsync(endpoints => !Serves(endpoints), test.Deadline)));
    }

    [Fact]
    public void A_node_whose_role_does_not_fit_its_identity_is_not_heard()
    {
        var table = new NodeTable(TimeSpan.FromSeconds(10), new SvidLife(), new FakeTimeProvider());

        Assert.Null(table.Connect(new Hello { Node = "impostor", Role = Role.Gateway }, SpiffeId.App(TestPlane.TrustDomain, "default", "pricing"), new NodeOutbox(), out var gateway));
        Assert.Null(table.Connect(new Hello { Node = "impostor", Role = Role.Function }, SpiffeId.Gateway(TestPlane.TrustDomain), new NodeOutbox(), out var function));

        Assert.Equal("spiffe://shop.local/ns/default/app/pricing is no gateway; join with a gateway's token", gateway);
        Assert.Equal("spiffe://shop.local/gateway is no function app; join with the token of one", function);
        Assert.Empty(table.Nodes);
    }

    [Fact]
    public void A_process_that_comes_again_takes_its_own_place_and_that_of_one_that_was_not_heard_of_for_a_lease()
    {
        var time = new FakeTimeProvider();
        var table = new NodeTable(TimeSpan.FromSeconds(10), new SvidLife(), time);
        bool Comes(string process) => table.Connect(new Hello { Node = "gate", Role = Role.Gateway, Process = process }, SpiffeId.Gateway(TestPlane.TrustDomain), new NodeOutbox(), out _) is not null;

        Assert.True(Comes("one"));
        Assert.True(Comes("one"));
        Assert.False(Comes("two"));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(Comes("two"));
        Assert.False(Comes("one"));
        // Of a version that does not say.
        Assert.True(Comes(""));
        Assert.True(Comes("one"));
    }

    [Fact]
    public async Task An_endpoint_in_place_stands_alone_for_as_long_as_it_is_there()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var usual = await test.JoinFunctionAsync();
        usual.Connect(new NodeDuties());
        await usual.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline);
        var debugged = await test.JoinFunctionAsync("debugged");
        debugged.Connect(new NodeDuties());
        await debugged.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4712", inPlace: true), test.Deadline);
        Assert.Equal(4712, Assert.Single(Assert.Single(test.Plane.Endpoints.Revisions).Endpoints).Port);
        await debugged.LeaveAsync(test.Deadline);
        Assert.Equal(4711, Assert.Single(Assert.Single(test.Plane.Endpoints.Revisions).Endpoints).Port);
    }

    [Fact]
    public async Task An_endpoint_in_place_that_is_killed_gives_its_place_back_at_once()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var usual = await test.JoinFunctionAsync();
        usual.Connect(new NodeDuties());
        await usual.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline);
        var debugged = await test.JoinFunctionAsync("debugged");
        debugged.Connect(new NodeDuties());
        await debugged.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4712", inPlace: true), test.Deadline);
        await debugged.DisposeAsync();
        await test.Plane.WhenDisconnectedAsync("debugged", test.Deadline);
        Assert.Equal(4711, Assert.Single(Assert.Single(test.Plane.Endpoints.Revisions).Endpoints).Port);
    }

    [Fact]
    public async Task What_is_declared_in_code_must_have_been_considered_before_its_endpoint_counts()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var declared = new TaskCompletionSource();
        test.Plane.DeclarationsChanged += () => declared.TrySetResult();
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        var announced = function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711", manifest: "{}"u8.ToArray()), test.Deadline);
        await declared.Task.WaitAsync(test.Deadline);
        Assert.False(Serves(test.Plane.Endpoints));
        Assert.False(announced.IsCompleted);

        test.Publish(TestPlane.Policy());
        Assert.Empty(await announced);
        Assert.True(Serves(test.Plane.Endpoints));
    }

    [Fact]
    public async Task A_control_that_starts_again_takes_endpoints_for_standing_and_nodes_find_it()
    {
        await using var test = await TestPlane.StartAsync();
        var port = test.Plane.Address.Port;
        test.Publish(TestPlane.Policy());
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline);
        await test.Plane.DisposeAsync();

        await test.StartPlaneAsync(TimeProvider.System, port);
        test.Publish(TestPlane.Policy());
        Assert.True(Serves(test.Plane.Endpoints));
        await test.Plane.WhenConnectedAsync("pricing-1", test.Deadline);
    }

    [Fact]
    public async Task The_authority_rotates_while_streams_live_and_everyone_ends_up_with_an_svid_by_the_new_one()
    {
        await using var test = await TestPlane.StartAsync();
        var served = new Served();
        var gateway = await test.JoinGatewayAsync();
        gateway.Connect(served.Duties);
        test.Publish(TestPlane.Policy());
        await test.Plane.WhenServedAsync(test.Deadline);
        var before = gateway.Credentials.Svid.Leaf.Issuer;

        Assert.Empty((await test.Plane.RotateAuthorityAsync(TestPlane.Patience, test.Deadline)).Laggards);
        Assert.NotEqual(before, gateway.Credentials.Svid.Leaf.Issuer);
        Assert.True(test.Plane.Nodes.Single().Connected);
        var late = await test.JoinFunctionAsync();
        Assert.Equal(gateway.Credentials.Svid.Leaf.Issuer, late.Credentials.Svid.Leaf.Issuer);
    }

    /// <summary>The function <c>pricing-1</c>, once a gateway calls it.</summary>
    private static async Task<MeshNode> CalledAsync(TestPlane test)
    {
        var served = new Served();
        (await test.JoinGatewayAsync()).Connect(served.Duties);
        test.Publish(TestPlane.Policy());
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline);
        await served.EndpointsAsync(Serves, test.Deadline);
        return function;
    }

    private static string VersionOf(EndpointSnapshot endpoints) => Policy.EndpointSnapshotJson.VersionOf(Policy.EndpointSnapshotJson.Write(endpoints));

    private static bool Serves(EndpointSnapshot endpoints) => endpoints.Revisions.Any(revision => revision.Endpoints.Length > 0);
}
