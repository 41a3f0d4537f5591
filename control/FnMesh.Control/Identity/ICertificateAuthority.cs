using System.Security.Cryptography;
using FnMesh.Node.Identity;

namespace FnMesh.Control.Identity;

/// <summary>Signs SVIDs. What it signs is whole and valid by SPIFFE's rules, whatever was asked for.</summary>
public interface ICertificateAuthority
{
    /// <summary>Whose signatures members accept now.</summary>
    TrustBundle Bundle { get; }

    /// <summary>Signs an SVID for the key of a request; nothing else of the request is used.</summary>
    /// <param name="id">Whom control takes the asker for.</param>
    /// <param name="request">PKCS #10, DER, with a P-256 key.</param>
    /// <param name="life">How long it holds.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>DER, the leaf first, without the root.</returns>
    /// <exception cref="CryptographicException">The request is malformed, its signature is wrong, or its key is not P-256.</exception>
    ValueTask<IReadOnlyList<byte[]>> SignAsync(SpiffeId id, ReadOnlyMemory<byte> request, TimeSpan life, CancellationToken cancel);
}
