using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Joining;

/// <summary>
/// What lets a process become a node: a secret whose digest control keeps, and the authorities by which the node knows that it speaks with control.
/// Written <c>fnmesh1.ID.SECRET.AUTHORITY</c>, the parts after the first in base64url; with more authorities behind the first while control's rotates.
/// </summary>
/// <param name="Id">Names the token in lists and logs; not secret. 8 bytes.</param>
/// <param name="Secret">32 bytes.</param>
/// <param name="Authorities">Certificates, DER; one of them signed control's own SVID, or will soon. At least one, at most <see cref="MaxAuthorities"/>.</param>
public sealed record JoinToken(string Id, ReadOnlyMemory<byte> Secret, ImmutableArray<byte[]> Authorities)
{
    public const int MaxAuthorities = 4;

    private const string Version = "fnmesh1";
    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int MaxLength = 8192;

    public static JoinToken Create(params IEnumerable<X509Certificate2> authorities) =>
        new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)), RandomNumberGenerator.GetBytes(SecretBytes), DerOf(authorities));

    /// <summary>The same secret for a mesh whose authorities are others now.</summary>
    public JoinToken For(IEnumerable<X509Certificate2> authorities) => this with { Authorities = DerOf(authorities) };

    /// <param name="text">White space around it is passed over.</param>
    /// <param name="token">Null when the text is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JoinToken? token)
    {
        ArgumentNullException.ThrowIfNull(text);
        token = null;
        var parts = text.Trim().Split('.');
        if (text.Length > MaxLength || parts.Length is < 4 or > 3 + MaxAuthorities || parts[0] != Version) return false;
        if (!Base64Url.IsValid(parts[1], out var id) || id != IdBytes || !Base64Url.IsValid(parts[2], out var secret) || secret != SecretBytes || !Array.TrueForAll(parts[3..], part => Base64Url.IsValid(part))) return false;
        token = new JoinToken(parts[1], Base64Url.DecodeFromChars(parts[2]), [.. parts[3..].Select(part => Base64Url.DecodeFromChars(part))]);
        return token.TryLoad();
    }

    /// <summary>What control keeps of the secret.</summary>
    public byte[] SecretDigest() => SHA256.HashData(Secret.Span);

    /// <summary>The whole token, secret and all.</summary>
    public string Reveal() => $"{Version}.{Id}.{Base64Url.EncodeToString(Secret.Span)}.{string.Join('.', Authorities.Select(authority => Base64Url.EncodeToString(authority)))}";

    /// <summary>Without the secret, so that no log holds it.</summary>
    public override string ToString() => $"{Version}.{Id}.…";

    internal ImmutableArray<X509Certificate2> LoadAuthorities() => [.. Authorities.Select(X509CertificateLoader.LoadCertificate)];

    /// <summary>The newest last; those before are left out when there are too many.</summary>
    private static ImmutableArray<byte[]> DerOf(IEnumerable<X509Certificate2> authorities) => [.. authorities.TakeLast(MaxAuthorities).Select(authority => authority.RawData)];

    private bool TryLoad()
    {
        try
        {
            return !LoadAuthorities().IsEmpty;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
