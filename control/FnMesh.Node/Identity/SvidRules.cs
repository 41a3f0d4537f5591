using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Identity;

/// <summary>What makes a certificate a leaf X.509 SVID of a trust domain (X509-SVID, 2 to 5), whoever presents it.</summary>
public static class SvidRules
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    /// <summary>Checks a peer's certificate: its form, its chain to the bundle, its times and its trust domain.</summary>
    /// <param name="leaf">What the peer proved to hold the key of.</param>
    /// <param name="presented">What else the peer sent.</param>
    /// <param name="bundle">Whom to trust.</param>
    /// <param name="now">The time to judge by.</param>
    /// <param name="id">Who the peer is; null when it is refused.</param>
    /// <param name="fault">Why it is refused.</param>
    public static bool TryVerify(
        X509Certificate2 leaf, X509Certificate2Collection? presented, TrustBundle bundle, DateTimeOffset now, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(bundle);
        if (!TryReadId(leaf, out id, out fault)) return false;
        fault = id.TrustDomain != bundle.TrustDomain
            ? $"is of the trust domain {id.TrustDomain}, not {bundle.TrustDomain}"
            : FormFault(leaf, id) ?? ChainFault(leaf, presented, bundle, now);
        if (fault is null) return true;
        id = null;
        return false;
    }

    /// <summary>Reads the one URI name of a certificate.</summary>
    public static bool TryReadId(X509Certificate2 certificate, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        id = null;
        ImmutableArray<string> uris;
        try
        {
            uris = Uris(certificate);
        }
        catch (Exception malformed) when (malformed is AsnContentException or CryptographicException)
        {
            fault = "has a malformed subject alternative name";
            return false;
        }

        if (uris.Length == 1) return SpiffeId.TryParse(uris[0], out id, out fault);
        fault = uris.IsEmpty ? "has no URI name" : $"has {uris.Length} URI names, and one SPIFFE ID is allowed";
        return false;
    }

    /// <summary>The subject alternative name of a certificate for one URI, exactly as written: <see cref="Uri"/> would end a trust domain with a slash.</summary>
    public static X509Extension NameOf(string uri)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence()) names.WriteCharacterString(UniversalTagNumber.IA5String, uri, UriName);
        return new X509Extension(SubjectAlternativeName, names.Encode(), critical: true); // RFC 5280, 4.2.1.6: critical where the subject is empty.
    }

    private static ImmutableArray<string> Uris(X509Certificate2 certificate)
    {
        var uris = ImmutableArray.CreateBuilder<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != SubjectAlternativeName) continue;
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag() == UriName) uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriName));
                else names.ReadEncodedValue();
            }
        }

        return uris.ToImmutable();
    }

    private static string? FormFault(X509Certificate2 leaf, SpiffeId id)
    {
        if (id.Path.Length == 0) return "names a trust domain and no member of it";
        foreach (var extension in leaf.Extensions)
        {
            switch (extension)
            {
                case X509BasicConstraintsExtension { CertificateAuthority: true }:
                    return "is an authority's certificate";
                case X509KeyUsageExtension usage when !usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature):
                    return "may not sign, by its key usage";
                case X509KeyUsageExtension usage when (usage.KeyUsages & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0:
                    return "may sign certificates, by its key usage";
                case X509EnhancedKeyUsageExtension uses when !Allows(uses, ServerAuthentication) || !Allows(uses, ClientAuthentication):
                    return "is not for both ends of TLS, by its extended key usage";
            }
        }

        return leaf.Extensions.Any(extension => extension is X509KeyUsageExtension) ? null : "has no key usage";
    }

    private static bool Allows(X509EnhancedKeyUsageExtension uses, string use) => uses.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == use);

    private static string? ChainFault(X509Certificate2 leaf, X509Certificate2Collection? presented, TrustBundle bundle, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(bundle.Authorities.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // SVIDs carry no place to ask: what is no longer trusted leaves the bundle, or ends soon.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (presented is not null) chain.ChainPolicy.ExtraStore.AddRange(presented);
        var trusted = chain.Build(leaf);
        var fault = trusted ? null : Say(chain.ChainStatus, leaf, now);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return fault;
    }

    private static string Say(X509ChainStatus[] faults, X509Certificate2 leaf, DateTimeOffset now)
    {
        if (now > leaf.NotAfter) return $"ended at {leaf.NotAfter.ToUniversalTime():u}";
        if (now < leaf.NotBefore) return $"begins at {leaf.NotBefore.ToUniversalTime():u}";
        return faults.Any(fault => fault.Status is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.NotSignatureValid)
            ? "was not signed by an authority of the mesh"
            : $"is not valid: {string.Join(", ", faults.Select(fault => fault.Status))}";
    }
}
