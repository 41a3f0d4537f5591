namespace FnMesh.Gateway.Events;

/// <summary>
/// Where an event falls in a split that is to be sticky: the same answer for the same event on every node, in every version, for ever.
/// </summary>
/// <remarks>
/// FNV-1a, 64 bits, over these UTF-8 bytes: the subscription's name, a zero byte; then <c>k</c> and the attribute <c>partitionkey</c> if it is set, else
/// <c>e</c>, <c>source</c>, a zero byte and <c>id</c>. No attribute holds a zero byte, so different events never give the same bytes. The finalizer of
/// MurmurHash3 (fmix64) then spreads the bits, because FNV-1a leaves the upper ones alike for alike texts. The point is the upper 53 bits over 2^53.
/// Events of one key fall together for one subscription and independently for another.
/// </remarks>
internal static class PartitionHash
{
    /// <summary>What FNV-1a begins with.</summary>
    internal const ulong Start = 0xCBF29CE484222325;

    private const ulong FnvPrime = 0x00000100000001B3;

    /// <summary>From 0 up to, but not, 1.</summary>
    public static double Point(string subscription, EventRecord candidate) => (Hash(subscription, candidate) >> 11) * (1.0 / (1UL << 53));

    /// <summary>As <see cref="Point(string, EventRecord)"/>, of two numbers; their bytes follow the name, the lowest first.</summary>
    public static double Point(string name, long first, int second)
    {
        var hash = AddByte(Add(Start, name), 0);
        for (var i = 0; i < sizeof(long); i++) hash = AddByte(hash, (byte)(first >> (8 * i)));
        for (var i = 0; i < sizeof(int); i++) hash = AddByte(hash, (byte)(second >> (8 * i)));
        return (Spread(hash) >> 11) * (1.0 / (1UL << 53));
    }

    public static ulong Hash(string subscription, EventRecord candidate)
    {
        var hash = AddByte(Add(Start, subscription), 0);
        hash = candidate["partitionkey"] is { Length: > 0 } key
            ? Add(AddByte(hash, (byte)'k'), key)
            : Add(AddByte(Add(AddByte(hash, (byte)'e'), candidate.Source), 0), candidate.Id);
        return Spread(hash);
    }

    /// <summary>FNV-1a over the UTF-8 bytes of a text.</summary>
    internal static ulong Add(ulong hash, string text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                hash = AddByte(hash, (byte)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)]) hash = AddByte(hash, octet);
        }

        return hash;
    }

    private static ulong AddByte(ulong hash, byte octet) => unchecked((hash ^ octet) * FnvPrime);

    /// <summary>The finalizer: bits that are alike for alike texts are so no more.</summary>
    internal static ulong Spread(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
            hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
            return hash ^ (hash >> 33);
        }
    }
}
