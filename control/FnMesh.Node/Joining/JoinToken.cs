using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Joining;

/// <summary>
/// What lets a process become a node: a secret that control knows the digest of, and the digest of control's authority, by which the node knows control.
/// Written <c>fnmesh1.ID.SECRET.AUTHORITY</c>, the parts after the first in base64url.
/// </summary>
/// <param name="Id">Names the token in lists and logs; not secret. 8 bytes.</param>
/// <param name="Secret">32 bytes.</param>
/// <param name="Authority">SHA-256 of the subject public key info of the authority that signed control's own SVID.</param>
public sealed record JoinToken(string Id, ReadOnlyMemory<byte> Secret, ReadOnlyMemory<byte> Authority)
{
    private const string Version = "fnmesh1";
    private const int IdBytes = 8;
    private const int SecretBytes = 32;

    public static JoinToken Create(X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return new JoinToken(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)), RandomNumberGenerator.GetBytes(SecretBytes), DigestOf(authority));
    }

    /// <param name="text">White space around it is passed over.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JoinToken? token)
    {
        ArgumentNullException.ThrowIfNull(text);
        token = null;
        var parts = text.Trim().Split('.');
        if (parts.Length != 4 || parts[0] != Version || !IsBytes(parts[1], IdBytes) || !IsBytes(parts[2], SecretBytes) || !IsBytes(parts[3], SHA256.HashSizeInBytes)) return false;
        token = new JoinToken(parts[1], Base64Url.DecodeFromChars(parts[2]), Base64Url.DecodeFromChars(parts[3]));
        return true;
    }

    /// <summary>Whether an authority is the one that the token names.</summary>
    public bool Names(X509Certificate2 authority) => CryptographicOperations.FixedTimeEquals(DigestOf(authority), Authority.Span);

    /// <summary>What control keeps of it.</summary>
    public byte[] SecretDigest() => SHA256.HashData(Secret.Span);

    /// <summary>The whole token, secret and all.</summary>
    public string Reveal() => $"{Version}.{Id}.{Base64Url.EncodeToString(Secret.Span)}.{Base64Url.EncodeToString(Authority.Span)}";

    /// <summary>Without the secret, so that no log holds it.</summary>
    public override string ToString() => $"{Version}.{Id}.…";

    private static byte[] DigestOf(X509Certificate2 authority) => SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo());

    private static bool IsBytes(string text, int bytes)
    {
        Span<byte> decoded = stackalloc byte[64];
        return text.Length <= 64 && Base64Url.TryDecodeFromChars(text, decoded, out var written) && written == bytes;
    }
}
