using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FnMesh.Gateway.Tokens;

/// <summary>Tokens that were verified, by their SHA-256: what lies in memory opens nothing. When it is full the half that was not used since the last time is forgotten.</summary>
internal sealed class TokenCache(TimeProvider time)
{
    private const int Half = 8_192;
    private const int LongestOnStack = 2_048;

    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<Key, VerifiedToken> _young = new();
    private volatile ConcurrentDictionary<Key, VerifiedToken> _old = new();

    /// <summary>The token, if it was verified and still holds; null otherwise.</summary>
    public VerifiedToken? Find(ReadOnlySpan<char> token)
    {
        var key = KeyOf(token);
        if (!_young.TryGetValue(key, out var known))
        {
            if (!_old.TryGetValue(key, out known)) return null;
            Add(key, known);
        }

        return known.Holds(time.GetUtcNow()) ? known : null;
    }

    public void Add(ReadOnlySpan<char> token, VerifiedToken verified) => Add(KeyOf(token), verified);

    private void Add(Key key, VerifiedToken verified)
    {
        var young = _young;
        young[key] = verified;
        if (young.Count < Half) return;
        lock (_gate)
        {
            if (_young == young) (_old, _young) = (young, new());
        }
    }

    private static Key KeyOf(ReadOnlySpan<char> token)
    {
        Span<byte> bytes = token.Length <= LongestOnStack ? stackalloc byte[LongestOnStack] : new byte[token.Length];
        // Tokens are ASCII; what is not becomes '?', and no verified token holds one.
        var count = Encoding.ASCII.GetBytes(token, bytes);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..count], hash);
        return MemoryMarshal.Read<Key>(hash);
    }

    private readonly record struct Key(ulong A, ulong B, ulong C, ulong D)
    {
        public override int GetHashCode() => A.GetHashCode();
    }
}
