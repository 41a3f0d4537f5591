using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FnMesh.Gateway.Sessions;

/// <summary>
/// Writes down which endpoint a session has, when it began and when it was used last, in AES-GCM: nobody without the key can read, change or make it.
/// The nonce is random, from the system and never from a seed, because gateways that share a key must not repeat one; that is good for 2^32 tokens of a key.
/// </summary>
internal sealed class SessionSeal
{
    public const int KeyLength = 32;

    private const int NonceLength = 12;
    private const int PlainLength = 16;
    private const int TagLength = 16;
    private const int TokenLength = NonceLength + PlainLength + TagLength;
    private const int TextLength = ((TokenLength * 4) + 2) / 3;

    private readonly byte[] _tokens;
    private readonly byte[] _endpoints;

    /// <param name="key">Of <see cref="KeyLength"/> bytes.</param>
    public SessionSeal(byte[] key)
    {
        if (key.Length != KeyLength) throw new ArgumentException($"a session key has {KeyLength} bytes", nameof(key));
        (_tokens, _endpoints) = (Derived(key, "fnmesh session tokens"), Derived(key, "fnmesh session endpoints"));
    }

    /// <summary>What stands for an endpoint of a revision.</summary>
    public ulong HashOf(string app, string revision, Uri address)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_endpoints, Encoding.UTF8.GetBytes($"{app}\n{revision}\n{address.AbsoluteUri}"), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    public string Write(SessionToken session)
    {
        Span<byte> plain = stackalloc byte[PlainLength];
        BinaryPrimitives.WriteUInt64LittleEndian(plain, session.Endpoint);
        BinaryPrimitives.WriteUInt32LittleEndian(plain[8..], (uint)session.Began.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32LittleEndian(plain[12..], (uint)session.Used.ToUnixTimeSeconds());
        Span<byte> token = stackalloc byte[TokenLength];
        var nonce = token[..NonceLength];
        RandomNumberGenerator.Fill(nonce);
        // One for each: it may not be shared by threads.
        using var aes = new AesGcm(_tokens, TagLength);
        aes.Encrypt(nonce, plain, token.Slice(NonceLength, PlainLength), token[(NonceLength + PlainLength)..]);
        return Base64Url.EncodeToString(token);
    }

    /// <returns>False when this key did not make it.</returns>
    public bool TryRead(ReadOnlySpan<char> text, out SessionToken session)
    {
        session = default;
        Span<byte> token = stackalloc byte[TokenLength];
        if (text.Length != TextLength || Base64Url.DecodeFromChars(text, token, out _, out var length) != OperationStatus.Done || length != token.Length) return false;
        Span<byte> plain = stackalloc byte[PlainLength];
        using var aes = new AesGcm(_tokens, TagLength);
        try
        {
            aes.Decrypt(token[..NonceLength], token.Slice(NonceLength, PlainLength), token[(NonceLength + PlainLength)..], plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        session = new(BinaryPrimitives.ReadUInt64LittleEndian(plain), Time(plain[8..]), Time(plain[12..]));
        return true;
    }

    private static DateTimeOffset Time(ReadOnlySpan<byte> seconds) => DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(seconds));

    private static byte[] Derived(byte[] key, string use) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyLength, info: Encoding.UTF8.GetBytes(use));
}
