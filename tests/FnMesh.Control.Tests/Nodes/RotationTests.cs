using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FnMesh.Control.Identity;
using FnMesh.Control.Nodes;
using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using FnMesh.Node.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Nodes;

/// <summary>SVIDs and authorities are replaced while streams live.</summary>
public sealed class RotationTests
{
    [Fact]
    public async Task Every_node_and_control_get_a_new_key_by_the_same_authority()
    {
        await using var test = await TestPlane.StartAsync();
        var (gateway, function) = await ServingAsync(test);
        var before = (Gateway: Serial(gateway), Function: Serial(function), Control: test.Plane.Credentials.Svid.Leaf.SerialNumber);
        var signer = gateway.Credentials.Svid.Leaf.Issuer;

        Assert.Empty((await test.Plane.RotateSvidsAsync(TestPlane.Patience, test.Deadline)).Laggards);

        Assert.NotEqual(before.Gateway, Serial(gateway));
        Assert.NotEqual(before.Function, Serial(function));
        Assert.NotEqual(before.Control, test.Plane.Credentials.Svid.Leaf.SerialNumber);
        Assert.Equal(signer, gateway.Credentials.Svid.Leaf.Issuer);
        Assert.All(test.Plane.Nodes, node => Assert.True(node is { Connected: true, State: "serving" }, $"{node}"));
    }

    [Fact]
    public async Task Five_times_in_a_row_the_authority_is_replaced_and_members_trust_the_last_one_alone()
    {
        await using var test = await TestPlane.StartAsync();
        var (gateway, function) = await ServingAsync(test);

        for (var rotation = 0; rotation < 5; rotation++) Assert.Empty((await test.Plane.RotateAuthorityAsync(TestPlane.Patience, test.Deadline)).Laggards);

        var authority = Assert.Single(test.Plane.Authority.Bundle.Authorities);
        await TrustsAloneAsync(gateway, authority.Thumbprint);
        await TrustsAloneAsync(function, authority.Thumbprint);
        Assert.All(test.Plane.Nodes, node => Assert.Equal(authority.Subject, node.Signer));
    }

    [Fact]
    public async Task Controls_own_renewal_never_puts_an_svid_in_place_that_an_authority_signed_which_is_retired_meanwhile()
    {
        using var folder = new TempFolder();
        var authority = EmbeddedAuthority.Open(PrivateFolder.Open(folder.Path), TestPlane.TrustDomain, TimeProvider.System);
        var slow = new SlowAuthority(authority);
        var identity = new ControlCredentials(slow, TestPlane.TrustDomain, new SvidLife(), TimeProvider.System);
        var credentials = await identity.CreateAsync(TestContext.Current.CancellationToken);
        using var rotation = new Rotation(authority, identity, credentials, new NodeTable(TimeSpan.FromSeconds(10), new SvidLife(), TimeProvider.System), TimeProvider.System);

        var handOver = slow.Hold();
        var renewal = rotation.RenewOwnAsync(TestContext.Current.CancellationToken);
        var replaced = rotation.ReplaceAuthorityAsync(TestPlane.Patience, TestContext.Current.CancellationToken);
        handOver.SetResult();
        await Task.WhenAll(renewal, replaced).WaitAsync(TestPlane.Patience, TestContext.Current.CancellationToken);

        Assert.True(credentials.TrustsItself);
        Assert.Equal(Assert.Single(authority.Bundle.Authorities).Subject, credentials.Svid.Leaf.Issuer);
    }

    [Fact]
    public async Task An_SVID_that_was_signed_before_the_rotation_is_not_taken_for_the_new_one_when_the_node_tells_of_it_later()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var cancel = TestContext.Current.CancellationToken;
        var authority = EmbeddedAuthority.Open(PrivateFolder.Open(folder.Path), TestPlane.TrustDomain, time);
        var identity = new ControlCredentials(authority, TestPlane.TrustDomain, new SvidLife(), time);
        var table = new NodeTable(TimeSpan.FromHours(1), new SvidLife(), time);
        using var rotation = new Rotation(authority, identity, await identity.CreateAsync(cancel), table, time);
        var (outbox, id) = (new NodeOutbox(), SpiffeId.Gateway(TestPlane.TrustDomain));
        var node = table.Connect(new Hello { Node = "gateway", Role = Role.Gateway }, id, outbox, out _)!;
        var before = await SignedAsync(authority, id);

        var rotated = rotation.RenewAsync(TimeSpan.FromSeconds(15), cancel);
        table.Take(node, outbox, new FromNode { Heartbeat = new Heartbeat { Svid = before } });
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(["gateway"], (await rotated).Laggards);

        rotated = rotation.RenewAsync(TimeSpan.FromSeconds(15), cancel);
        table.Take(node, outbox, new FromNode { Heartbeat = new Heartbeat { Svid = await SignedAsync(authority, id) } });
        Assert.Empty((await rotated).Laggards);
    }

    [Fact]
    public async Task What_a_node_says_that_it_holds_stands_on_its_disk_already()
    {
        await using var test = await TestPlane.StartAsync();
        var (gateway, _) = await ServingAsync(test);

        Assert.Empty((await test.Plane.RotateSvidsAsync(TestPlane.Patience, test.Deadline)).Laggards);

        using var kept = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(test.Options("gateway", Role.Gateway, null).Directory, "credentials.json"), test.Deadline));
        var chain = kept.RootElement.EnumerateObject().Single(field => field.Name.Equals("chain", StringComparison.OrdinalIgnoreCase)).Value;
        Assert.Equal(gateway.Credentials.Svid.Leaf.RawData, chain[0].GetBytesFromBase64());
    }

    [Fact]
    public async Task A_node_that_does_not_follow_is_named_and_the_old_authority_stays_trusted_until_a_rotation_comes_to_its_end()
    {
        await using var test = await TestPlane.StartAsync();
        var (_, function) = await ServingAsync(test);
        await test.SilenceAsync(function);

        // Its lease has not ended: it may only be looking for control.
        var first = await test.Plane.RotateAuthorityAsync(TimeSpan.FromMilliseconds(200), test.Deadline);
        Assert.Equal(("trust the new authority", "pricing-1"), (first.Step, Assert.Single(first.Laggards)));
        Assert.Equal(2, test.Plane.Authority.Bundle.Authorities.Length);

        var back = await MeshNode.StartAsync(test.Options("pricing-1", Role.Function, null), NullLoggerFactory.Instance, TimeProvider.System, test.Deadline);
        back.Connect(new NodeDuties());
        Assert.Empty((await test.Plane.RotateAuthorityAsync(TestPlane.Patience, test.Deadline)).Laggards);
        Assert.Single(test.Plane.Authority.Bundle.Authorities);
        await back.DisposeAsync();
    }

    [Fact]
    public async Task A_token_in_a_file_that_is_written_again_lets_who_was_away_during_the_rotation_join_again()
    {
        await using var test = await TestPlane.StartAsync();
        var id = SpiffeId.Gateway(TestPlane.TrustDomain);
        var issued = test.Plane.IssueToken(id, TimeSpan.FromHours(1));
        var file = test.Token(id);
        await File.WriteAllTextAsync(file, issued.Reveal(), test.Deadline);
        test.Plane.AuthoritiesChanged += () => File.WriteAllText(file, test.Plane.Refresh(issued).Reveal());
        var away = await MeshNode.StartAsync(test.Options("gateway", Role.Gateway, file), NullLoggerFactory.Instance, TimeProvider.System, test.Deadline);
        var held = away.Credentials.Svid.Leaf.Issuer;
        await away.DisposeAsync();

        Assert.Empty((await test.Plane.RotateAuthorityAsync(TestPlane.Patience, test.Deadline)).Laggards);

        await using var back = await MeshNode.StartAsync(test.Options("gateway", Role.Gateway, file), NullLoggerFactory.Instance, TimeProvider.System, test.Deadline);
        Assert.NotEqual(held, back.Credentials.Svid.Leaf.Issuer);
        back.Connect(new NodeDuties());
        await test.Plane.WhenConnectedAsync("gateway", test.Deadline);
    }

    [Fact]
    public async Task A_node_that_lives_through_the_loss_of_controls_authority_joins_the_new_one_by_its_token()
    {
        await using var test = await TestPlane.StartAsync();
        var file = test.Token(SpiffeId.Gateway(TestPlane.TrustDomain));
        await using var node = await MeshNode.StartAsync(test.Options("gateway", Role.Gateway, file), NullLoggerFactory.Instance, TimeProvider.System, test.Deadline);
        node.Connect(new NodeDuties());
        await test.Plane.WhenConnectedAsync("gateway", test.Deadline);
        var port = test.Plane.Address.Port;

        await test.Plane.DisposeAsync();
        test.ForgetControl();
        await test.StartPlaneAsync(TimeProvider.System, port);
        await File.WriteAllTextAsync(file, test.Plane.IssueToken(SpiffeId.Gateway(TestPlane.TrustDomain), TimeSpan.FromHours(1)).Reveal(), test.Deadline);

        await test.Plane.WhenConnectedAsync("gateway", test.Deadline);
        Assert.Equal(test.Plane.Authority.Signing.Subject, node.Credentials.Svid.Leaf.Issuer);
    }

    [Fact]
    public async Task A_shorter_life_in_the_policy_is_that_of_every_certificate_at_once_and_a_longer_one_that_of_the_next()
    {
        await using var test = await TestPlane.StartAsync();
        var (gateway, function) = await ServingAsync(test);
        var ends = gateway.Credentials.Svid.NotAfter;
        var renewed = Task.WhenAll(ChangedAsync(gateway), ChangedAsync(function));

        test.Publish(TestPlane.Policy(ttl: "10m"));

        await renewed;
        foreach (var node in new[] { gateway, function }) Assert.InRange(LifeOf(node.Credentials.Svid), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        Assert.True(gateway.Credentials.Svid.NotAfter < ends);

        var held = Serial(gateway);
        test.Publish(TestPlane.Policy(ttl: "20m"));
        Assert.Equal(held, Serial(gateway));
        // The first may take the SVID of just now, of which control had not heard yet, for the new one.
        Assert.Empty((await test.Plane.RotateSvidsAsync(TestPlane.Patience, test.Deadline)).Laggards);
        Assert.Empty((await test.Plane.RotateSvidsAsync(TestPlane.Patience, test.Deadline)).Laggards);
        Assert.InRange(LifeOf(gateway.Credentials.Svid), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(22));
        Assert.InRange(LifeOf(test.Plane.Credentials.Svid), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(22));
    }

    [Fact]
    public async Task Nodes_say_when_their_svid_ends_and_who_signed_it()
    {
        await using var test = await TestPlane.StartAsync();
        var (gateway, _) = await ServingAsync(test);

        var view = test.Plane.Nodes.Single(node => node.Role == "gateway");
        Assert.Equal((gateway.Credentials.Svid.NotAfter, gateway.Credentials.Svid.Leaf.Issuer), (view.SvidEnds, view.Signer));
    }

    /// <summary>A gateway and a function that stand, and have said who they are.</summary>
    private static async Task<(MeshNode Gateway, MeshNode Function)> ServingAsync(TestPlane test)
    {
        test.Publish(TestPlane.Policy());
        var gateway = await test.JoinGatewayAsync();
        gateway.Connect(new Served().Duties);
        await gateway.AnnounceAsync(new Announcement { Gateway = new GatewayAddresses { Edge = "http://127.0.0.1:1", Mesh = "https://127.0.0.1:2" } }, test.Deadline);
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties());
        await function.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711"), test.Deadline);
        await test.Plane.WhenServedAsync(test.Deadline);
        return (gateway, function);
    }

    private static TimeSpan LifeOf(Svid svid) => svid.NotAfter - svid.NotBefore;

    /// <summary>Completes when a node's credentials are others.</summary>
    private static Task ChangedAsync(MeshNode node)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Credentials.Changed += () => changed.TrySetResult();
        return changed.Task.WaitAsync(TestPlane.Patience);
    }

    /// <summary>The serial number of an SVID with a new key.</summary>
    private static async Task<string> SignedAsync(EmbeddedAuthority authority, SpiffeId id)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var leaf = X509CertificateLoader.LoadCertificate((await authority.SignAsync(id, request, TimeSpan.FromHours(1), CancellationToken.None))[0]);
        return leaf.SerialNumber;
    }

    private static string Serial(MeshNode node) => node.Credentials.Svid.Leaf.SerialNumber;

    /// <summary>The last step is not waited for: nodes hear of it when control has taken it.</summary>
    private static async Task TrustsAloneAsync(MeshNode node, string thumbprint)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool Alone() => node.Credentials.Bundle.Authorities.Length == 1 && node.Credentials.Bundle.Authorities[0].Thumbprint == thumbprint;
        node.Credentials.Changed += () =>
        {
            if (Alone()) changed.TrySetResult();
        };
        if (!Alone()) await changed.Task.WaitAsync(TestPlane.Patience);
    }
}
