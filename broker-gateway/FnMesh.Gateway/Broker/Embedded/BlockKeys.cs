using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// Which ids, types, sources and subjects occur in a block of the log, as a Bloom filter: what it does not know is surely not in the block,
/// and of what is not there it takes about one value in 1,000 for present.
/// </summary>
internal static class BlockKeys
{
    private const int BitsPerKey = 16;
    private const int Probes = 6;

    /// <param name="attribute">The attribute's name.</param>
    /// <param name="value">Its value.</param>
    public static ulong Of(string attribute, string value) => PartitionHash.Spread(PartitionHash.Add(PartitionHash.Add(PartitionHash.Start, attribute) ^ '=', value));

    public static byte[] Filter(IReadOnlyCollection<ulong> keys)
    {
        var filter = new byte[Math.Max(8, (keys.Count * BitsPerKey + 7) / 8)];
        foreach (var key in keys)
        {
            for (var probe = 0; probe < Probes; probe++)
            {
                var bit = Bit(key, probe, filter.Length);
                filter[bit >> 3] |= (byte)(1 << (bit & 7));
            }
        }

        return filter;
    }

    /// <returns>False when no event of the block has it.</returns>
    public static bool MayHold(ReadOnlySpan<byte> filter, ulong key)
    {
        for (var probe = 0; probe < Probes; probe++)
        {
            var bit = Bit(key, probe, filter.Length);
            if ((filter[bit >> 3] & (1 << (bit & 7))) == 0) return false;
        }

        return true;
    }

    private static int Bit(ulong key, int probe, int bytes) => (int)(unchecked((uint)key + (ulong)probe * (uint)(key >> 32)) % ((ulong)bytes * 8));
}
