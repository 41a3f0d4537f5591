using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Identity;

/// <summary>An X.509 SVID with its key: who this node is.</summary>
public sealed class Svid
{
    private Svid(SpiffeId id, X509Certificate2 leaf, ImmutableArray<X509Certificate2> chain)
    {
        (Id, Leaf, Chain) = (id, leaf, chain);
        Context = SslStreamCertificateContext.Create(leaf, [.. chain[1..]], offline: true);
    }

    public SpiffeId Id { get; }

    /// <summary>With the private key. Not disposed of: connections that exist go on using it.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The leaf first, then what leads to an authority, without it.</summary>
    public ImmutableArray<X509Certificate2> Chain { get; }

    public DateTimeOffset NotBefore => Leaf.NotBefore;

    public DateTimeOffset NotAfter => Leaf.NotAfter;

    internal SslStreamCertificateContext Context { get; }

    /// <param name="chain">DER, the leaf first.</param>
    /// <param name="key">The leaf's private key.</param>
    /// <exception cref="CryptographicException">The chain is empty or malformed, the key is another's, or the leaf names no SPIFFE ID.</exception>
    public static Svid Create(IReadOnlyList<byte[]> chain, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (chain.Count == 0) throw new CryptographicException("the chain is empty");
        var certificates = chain.Select(X509CertificateLoader.LoadCertificate).ToImmutableArray();
        if (!SvidRules.TryReadId(certificates[0], out var id, out var fault)) throw new CryptographicException(fault);
        return new Svid(id, WithKey(certificates[0], key), certificates);
    }

    private static X509Certificate2 WithKey(X509Certificate2 leaf, ECDsa key)
    {
        try
        {
            return leaf.CopyWithPrivateKey(key);
        }
        catch (ArgumentException other)
        {
            throw new CryptographicException("the certificate is for another key", other);
        }
    }
}
