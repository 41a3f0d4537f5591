using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>Where a page of events ends: among those of a time, in whole milliseconds.</summary>
/// <param name="Time">Events of this time or before come next.</param>
/// <param name="Listed">How many of that time were listed already.</param>
internal readonly record struct SearchPlace(DateTimeOffset Time, int Listed)
{
    /// <summary>A number of JSON is exact below 2^53: so many of one time fit, until 2039.</summary>
    private const int Most = 4_096;

    /// <summary>The first time whose events were all listed.</summary>
    public DateTimeOffset End => Time.AddMilliseconds(1);

    public static SearchPlace Read(long before) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(before / Most, 0, 253_402_300_799_000)), (int)(Math.Max(0, before) % Most));

    /// <exception cref="BrokerException">More of one time were listed than a place can tell.</exception>
    public long Write() => Listed < Most
        ? (Time.ToUnixTimeMilliseconds() * Most) + Listed
        : throw new BrokerException($"more than {Most} events were received at {Time:O}, which pages cannot tell apart; list more at once with --limit, or look elsewhere with --since and --until");
}
