using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Identity;
using FnMesh.Node.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Identity;

/// <summary>Handshakes over sockets.</summary>
public sealed class MeshTlsTests
{
    private const string Gateway = "spiffe://shop.local/gateway";
    private const string Pricing = "spiffe://shop.local/ns/default/app/pricing";
    private static readonly Authority Mesh = new();
    private static readonly Authority Other = new();

    private readonly FakeTimeProvider _time = new(Authority.Now);

    [Theory]
    [InlineData("no certificate", "presented no certificate")]
    [InlineData("self-signed", "was not signed by an authority of the mesh")]
    [InlineData("another authority of the same name", "was not signed by an authority of the mesh")]
    [InlineData("another trust domain", "is of the trust domain other.local, not shop.local")]
    [InlineData("ended", "ended at 2026-05-31 23:00:00Z")]
    [InlineData("not begun", "begins at 2026-06-01 01:00:00Z")]
    [InlineData("two URI names", "has 2 URI names, and one SPIFFE ID is allowed")]
    [InlineData("no URI name", "has no URI name")]
    [InlineData("no SPIFFE ID", "does not begin with 'spiffe://'")]
    [InlineData("the trust domain itself", "names a trust domain and no member of it")]
    [InlineData("an authority as a leaf", "is an authority's certificate")]
    [InlineData("a key that signs certificates", "may sign certificates, by its key usage")]
    [InlineData("a key that signs nothing", "may not sign, by its key usage")]
    [InlineData("no key usage", "has no key usage")]
    [InlineData("for servers alone", "is not for both ends of TLS, by its extended key usage")]
    [InlineData("for clients alone", "is not for both ends of TLS, by its extended key usage")]
    public async Task A_stranger_is_cut_off_by_every_listener_and_the_reason_is_told(string kind, string reason)
    {
        foreach (var strangers in new[] { false, true })
        {
            if (strangers && kind == "no certificate") continue;
            await using var end = await MeshEnd.StartAsync(Credentials(Mesh, Gateway), time: _time, strangers: strangers);
            var (certificate, key) = Stranger(kind);
            using var client = MeshEnd.Anybody(certificate, key);

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(end.Address));
            Assert.Contains(reason, Assert.Single(end.Refused.Distinct()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_member_is_known_by_its_id_and_refused_where_it_is_not_expected()
    {
        await using var open = await MeshEnd.StartAsync(Credentials(Mesh, Gateway), time: _time);
        await using var closed = await MeshEnd.StartAsync(Credentials(Mesh, Pricing), id => id.IsGateway, _time);
        using var client = MeshEnd.Member(Credentials(Mesh, Pricing));

        Assert.StartsWith($"{Pricing} ", await client.GetStringAsync(open.Address), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(closed.Address));
        Assert.Equal($"{Pricing} is not allowed here", Assert.Single(closed.Refused.Distinct()));
    }

    [Fact]
    public async Task Who_shows_nothing_is_nobody_where_strangers_may_come()
    {
        await using var end = await MeshEnd.StartAsync(Credentials(Mesh, Gateway), time: _time, strangers: true);
        using var client = MeshEnd.Anybody();

        Assert.StartsWith("nobody ", await client.GetStringAsync(end.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_sends_nothing_to_a_server_that_is_somebody_else()
    {
        await using var impostor = await MeshEnd.StartAsync(Credentials(Other, Gateway), time: _time, strangers: true);
        await using var function = await MeshEnd.StartAsync(Credentials(Mesh, Pricing), time: _time);
        var refused = new List<string>();
        using var client = MeshEnd.Member(Credentials(Mesh, Pricing), id => id.IsGateway, refused.Add);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(impostor.Address));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(function.Address));
        Assert.Equal(["a peer's certificate was not signed by an authority of the mesh", $"{Pricing} is not allowed here"], refused.Distinct());
    }

    [Fact]
    public async Task Leaf_and_authority_are_replaced_while_a_connection_lives_and_the_next_one_shows_the_new()
    {
        var (server, caller) = (Credentials(Mesh, Gateway), Credentials(Mesh, Pricing));
        await using var end = await MeshEnd.StartAsync(server, time: _time);
        using var client = MeshEnd.Member(caller);
        var before = await client.GetStringAsync(end.Address);

        var both = new TrustBundle("shop.local", 2, [Mesh.Certificate, Other.Certificate]);
        foreach (var credentials in new[] { server, caller }) credentials.Update(bundle: both);
        server.Update(Other.Sign(Gateway));
        caller.Update(Other.Sign(Pricing));
        foreach (var credentials in new[] { server, caller }) credentials.Update(bundle: Other.Bundle(3));

        Assert.Equal(before, await client.GetStringAsync(end.Address));
        using var fresh = MeshEnd.Member(caller);
        Assert.StartsWith($"{Pricing} ", await fresh.GetStringAsync(end.Address), StringComparison.Ordinal);
        using var late = MeshEnd.Member(Credentials(Mesh, Pricing, Other));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => late.GetStringAsync(end.Address));
    }

    [Fact]
    public async Task A_connection_that_reaches_its_greatest_age_is_replaced_between_two_requests()
    {
        await using var end = await MeshEnd.StartAsync(Credentials(Mesh, Gateway), time: _time, maxAge: TimeSpan.FromMinutes(10));
        using var client = MeshEnd.Member(Credentials(Mesh, Pricing));
        var first = await client.GetStringAsync(end.Address);
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(first, await client.GetStringAsync(end.Address));

        _time.Advance(TimeSpan.FromMinutes(1));

        // The answer that is due may still come over the old one; the one after it does not.
        await client.GetStringAsync(end.Address);
        Assert.NotEqual(first, await client.GetStringAsync(end.Address));
    }

    private NodeCredentials Credentials(Authority signer, string id, Authority? trusted = null) => new(signer.Sign(id), (trusted ?? signer).Bundle(), _time);

    private static (X509Certificate2? Certificate, ECDsa? Key) Stranger(string kind)
    {
        if (kind == "no certificate") return (null, null);
        if (kind == "self-signed") return (SelfSigned(out var own), own);
        ECDsa key;
        var certificate = kind switch
        {
            "another authority of the same name" => Other.Leaf(out key, [Gateway]),
            "another trust domain" => Mesh.Leaf(out key, ["spiffe://other.local/gateway"]),
            "ended" => Mesh.Leaf(out key, [Gateway], from: Authority.Now.AddHours(-3), until: Authority.Now.AddHours(-1)),
            "not begun" => Mesh.Leaf(out key, [Gateway], from: Authority.Now.AddHours(1), until: Authority.Now.AddHours(3)),
            "two URI names" => Mesh.Leaf(out key, [Gateway, Pricing]),
            "no URI name" => Mesh.Leaf(out key, []),
            "no SPIFFE ID" => Mesh.Leaf(out key, ["https://shop.local/gateway"]),
            "the trust domain itself" => Mesh.Leaf(out key, ["spiffe://shop.local"]),
            "an authority as a leaf" => Mesh.Leaf(out key, [Gateway], isAuthority: true),
            "a key that signs certificates" => Mesh.Leaf(out key, [Gateway], X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign),
            "a key that signs nothing" => Mesh.Leaf(out key, [Gateway], X509KeyUsageFlags.KeyEncipherment),
            "no key usage" => Mesh.Leaf(out key, [Gateway], usage: null),
            "for servers alone" => Mesh.Leaf(out key, [Gateway], uses: ["1.3.6.1.5.5.7.3.1"]),
            "for clients alone" => Mesh.Leaf(out key, [Gateway], uses: ["1.3.6.1.5.5.7.3.2"]),
            _ => throw new ArgumentException(kind),
        };
        return (certificate, key);
    }

    private static X509Certificate2 SelfSigned(out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(SvidRules.NameOf(Gateway));
        using var signed = request.CreateSelfSigned(Authority.Now.AddHours(-1), Authority.Now.AddHours(1));
        return X509CertificateLoader.LoadCertificate(signed.RawData);
    }
}
