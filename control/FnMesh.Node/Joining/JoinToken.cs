using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Joining;

/// <summary>
/// What lets a process become a node: a secret whose digest control keeps, and the authority by which the node knows that it speaks with control.
/// Written <c>fnmesh1.ID.SECRET.AUTHORITY</c>, the parts after the first in base64url.
/// </summary>
/// <param name="Id">Names the token in lists and logs; not secret. 8 bytes.</param>
/// <param name="Secret">32 bytes.</param>
/// <param name="Authority">The certificate of the authority that signed control's own SVID, DER.</param>
public sealed record JoinToken(string Id, ReadOnlyMemory<byte> Secret, ReadOnlyMemory<byte> Authority)
{
    private const string Version = "fnmesh1";
    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int MaxLength = 8192;

    public static JoinToken Create(X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return new JoinToken(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)), RandomNumberGenerator.GetBytes(SecretBytes), authority.RawData);
    }

    /// <param name="text">White space around it is passed over.</param>
    /// <param name="token">Null when the text is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JoinToken? token)
    {
        ArgumentNullException.ThrowIfNull(text);
        token = null;
        var parts = text.Trim().Split('.');
        if (text.Length > MaxLength || parts.Length != 4 || parts[0] != Version) return false;
        if (!Base64Url.IsValid(parts[1], out var id) || id != IdBytes || !Base64Url.IsValid(parts[2], out var secret) || secret != SecretBytes || !Base64Url.IsValid(parts[3])) return false;
        token = new JoinToken(parts[1], Base64Url.DecodeFromChars(parts[2]), Base64Url.DecodeFromChars(parts[3]));
        return token.TryLoadAuthority(out _);
    }

    /// <summary>What control keeps of the secret.</summary>
    public byte[] SecretDigest() => SHA256.HashData(Secret.Span);

    /// <summary>The whole token, secret and all.</summary>
    public string Reveal() => $"{Version}.{Id}.{Base64Url.EncodeToString(Secret.Span)}.{Base64Url.EncodeToString(Authority.Span)}";

    /// <summary>Without the secret, so that no log holds it.</summary>
    public override string ToString() => $"{Version}.{Id}.…";

    internal X509Certificate2 LoadAuthority() => X509CertificateLoader.LoadCertificate(Authority.Span);

    private bool TryLoadAuthority([NotNullWhen(true)] out X509Certificate2? authority)
    {
        try
        {
            authority = LoadAuthority();
            return true;
        }
        catch (CryptographicException)
        {
            authority = null;
            return false;
        }
    }
}
