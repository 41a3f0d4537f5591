using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FnMesh.Gateway.Sessions;

/// <summary>
/// Writes down which endpoint a session has and when it began, so that nobody without the key can read, change or make it. A token is a keyed hash of what it says, which is also
/// the start of the stream that hides it (as SIV does); four random bytes keep two sessions of one endpoint from looking alike.
/// </summary>
internal sealed class SessionSeal
{
    public const int KeyLength = 32;

    private const int TagLength = 8;
    private const int PlainLength = 16;
    private const int TextLength = 32;

    private readonly byte[] _endpoints;
    private readonly byte[] _tags;
    private readonly byte[] _streams;
    private readonly Randomness _randomness;

    /// <param name="key">Of <see cref="KeyLength"/> bytes.</param>
    /// <param name="randomness">Tells sessions apart.</param>
    public SessionSeal(ReadOnlySpan<byte> key, Randomness randomness)
    {
        if (key.Length != KeyLength) throw new ArgumentException($"a session key has {KeyLength} bytes", nameof(key));
        (_endpoints, _tags, _streams, _randomness) = (Derived(key, "endpoints"), Derived(key, "tags"), Derived(key, "streams"), randomness);
    }

    /// <summary>What stands for an endpoint of a revision.</summary>
    public ulong HashOf(string app, string revision, Uri address)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_endpoints, Encoding.UTF8.GetBytes($"{app}\n{revision}\n{address.AbsoluteUri}"), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <param name="endpoint">From <see cref="HashOf"/>.</param>
    /// <param name="began">To the second.</param>
    public string Write(ulong endpoint, DateTimeOffset began)
    {
        Span<byte> token = stackalloc byte[TagLength + PlainLength];
        var plain = token[TagLength..];
        BinaryPrimitives.WriteUInt64LittleEndian(plain, endpoint);
        BinaryPrimitives.WriteUInt32LittleEndian(plain[8..], (uint)began.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32LittleEndian(plain[12..], (uint)_randomness.NextUInt64());
        Tag(plain, token[..TagLength]);
        Hide(token[..TagLength], plain);
        return Base64Url.EncodeToString(token);
    }

    /// <returns>False when this key did not make it.</returns>
    public bool TryRead(ReadOnlySpan<char> text, out ulong endpoint, out DateTimeOffset began)
    {
        (endpoint, began) = (0, default);
        Span<byte> token = stackalloc byte[TagLength + PlainLength];
        if (text.Length != TextLength || Base64Url.DecodeFromChars(text, token, out _, out var length) != OperationStatus.Done || length != token.Length) return false;
        var plain = token[TagLength..];
        Hide(token[..TagLength], plain);
        Span<byte> tag = stackalloc byte[TagLength];
        Tag(plain, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, token[..TagLength])) return false;
        (endpoint, began) = (BinaryPrimitives.ReadUInt64LittleEndian(plain), DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(plain[8..])));
        return true;
    }

    private void Tag(ReadOnlySpan<byte> plain, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_tags, plain, hash);
        hash[..TagLength].CopyTo(tag);
    }

    private void Hide(ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        Span<byte> stream = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_streams, tag, stream);
        for (var i = 0; i < plain.Length; i++) plain[i] ^= stream[i];
    }

    private static byte[] Derived(ReadOnlySpan<byte> key, string use) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(use));
}
