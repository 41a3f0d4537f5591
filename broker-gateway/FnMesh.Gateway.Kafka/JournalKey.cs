using System.Globalization;
using System.Text;

namespace FnMesh.Gateway.Kafka;

/// <summary>The key of a record of the progress topic. Compaction keeps the latest record of each.</summary>
/// <param name="Subscription">Whose progress.</param>
/// <param name="Lane">The partition of the topic of events.</param>
/// <param name="Kind">What the record says.</param>
/// <param name="Claim">The owner that wrote it.</param>
/// <param name="Offset">The parked event; 0 with other kinds.</param>
internal readonly record struct JournalKey(string Subscription, int Lane, char Kind, string Claim, long Offset)
{
    /// <summary>The lane has a new owner; the value is the claim of the owner before.</summary>
    public const char Claimed = 'c';

    /// <summary>An event is parked.</summary>
    public const char Parked = 'p';

    /// <summary>What is settled at or after the committed offset.</summary>
    public const char Ahead = 'a';

    public byte[] Write() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Subscription}|{Lane}|{Kind}|{Claim}|{Offset}"));

    /// <returns>Null when it is none.</returns>
    public static JournalKey? Read(byte[]? key)
    {
        if (key is null || Encoding.UTF8.GetString(key).Split('|') is not [var subscription, var lane, [var kind], var claim, var offset]) return null;
        return int.TryParse(lane, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? new(subscription, number, kind, claim, place)
            : null;
    }
}
