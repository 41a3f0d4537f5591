using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Control.Identity;
using FnMesh.Node.Identity;
using FnMesh.Node.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Identity;

public sealed class EmbeddedAuthorityTests : IDisposable
{
    private static readonly SpiffeId Orders = SpiffeId.App("shop_1.local", "default", "orders");

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_it_signs_is_an_SVID_for_the_key_of_the_request_alone()
    {
        var authority = Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var greedy = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256);
        greedy.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        greedy.CertificateExtensions.Add(SvidRules.NameOf("spiffe://shop_1.local/gateway"));

        using var leaf = X509CertificateLoader.LoadCertificate((await authority.SignAsync(Orders, greedy.CreateSigningRequest(), TimeSpan.FromHours(24), default))[0]);

        Assert.True(SvidRules.TryVerify(leaf, null, authority.Bundle, _time.GetUtcNow(), out var id, out var fault), fault);
        Assert.Equal(Orders, id);
        Assert.Equal("", leaf.Subject);
        Assert.Equal(_time.GetUtcNow().AddHours(24), leaf.NotAfter);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public async Task A_request_that_is_malformed_forged_or_for_another_kind_of_key_is_refused()
    {
        var authority = Open();
        var good = Request();
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[][] wrong =
        [
            [], [1, 2, 3], good[..^1], [.. good, 0], [.. good[..^1], (byte)(good[^1] ^ 1)],
            new CertificateRequest("", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(),
            new CertificateRequest("", p384, HashAlgorithmName.SHA256).CreateSigningRequest(),
        ];

        foreach (var request in wrong)
            await Assert.ThrowsAnyAsync<CryptographicException>(async () => await authority.SignAsync(Orders, request, TimeSpan.FromHours(1), default));
        await Assert.ThrowsAsync<CryptographicException>(async () => await authority.SignAsync(SpiffeId.Gateway("other.local"), good, TimeSpan.FromHours(1), default));
    }

    [Fact]
    public async Task It_is_the_same_authority_after_a_restart()
    {
        var signed = (await Open().SignAsync(Orders, Request(), TimeSpan.FromHours(1), default))[0];

        Assert.True(IsTrusted(Open(), signed));
    }

    [Fact]
    public async Task While_it_rotates_members_trust_both_and_afterwards_the_new_one_alone()
    {
        var authority = Open();
        var old = (await authority.SignAsync(Orders, Request(), TimeSpan.FromHours(1), default))[0];

        authority.Prepare();
        var between = (await authority.SignAsync(Orders, Request(), TimeSpan.FromHours(1), default))[0];
        Assert.Equal((2, 2L), (authority.Bundle.Authorities.Length, authority.Bundle.Sequence));
        authority.Switch();
        authority = Open();
        var fresh = (await authority.SignAsync(Orders, Request(), TimeSpan.FromHours(1), default))[0];
        Assert.All([old, between, fresh], leaf => Assert.True(IsTrusted(authority, leaf)));
        authority.Retire();

        Assert.Equal([false, false, true], new[] { old, between, fresh }.Select(leaf => IsTrusted(authority, leaf)));
        Assert.True(IsTrusted(Open(), fresh));
    }

    [Fact]
    public void The_authority_of_another_trust_domain_or_a_damaged_one_is_never_taken_over()
    {
        Open();

        var other = Assert.Throws<InvalidDataException>(() => EmbeddedAuthority.Open(PrivateFolder.Open(_folder.Path), "other.local", _time));
        _folder.Write("authority.json", "{");
        var damaged = Assert.Throws<InvalidDataException>(Open);

        Assert.Contains("is the authority of shop_1.local, not of other.local", other.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", damaged.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"trustDomain":"shop_1.local","sequence":1,"signing":0,"roots":null}""")]
    [InlineData("""{"trustDomain":"shop_1.local","sequence":1,"signing":0,"roots":[null]}""")]
    [InlineData("""{"trustDomain":"shop_1.local","sequence":1,"signing":0,"roots":[]}""")]
    [InlineData("""{"trustDomain":"shop_1.local","sequence":1,"signing":0,"roots":[{"certificate":"AAAA","key":"AAAA"}]}""")]
    public void A_damaged_authority_is_named_with_the_mend(string damaged)
    {
        var file = _folder.Write("authority.json", damaged);

        var refused = Assert.Throws<InvalidDataException>(Open).Message;

        Assert.StartsWith($"{file} cannot be read: ", refused, StringComparison.Ordinal);
        Assert.EndsWith("; restore it, or remove it to found a new authority: what 'fnmesh up' starts joins that by itself, nodes elsewhere need new join tokens", refused, StringComparison.Ordinal);
    }

    private static byte[] Request()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    private bool IsTrusted(EmbeddedAuthority authority, byte[] leaf)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(leaf);
        return SvidRules.TryVerify(certificate, null, authority.Bundle, _time.GetUtcNow(), out _, out _);
    }

    private EmbeddedAuthority Open() => EmbeddedAuthority.Open(PrivateFolder.Open(_folder.Path), "shop_1.local", _time);
}
