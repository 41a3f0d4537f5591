namespace FnMesh.Gateway.Events;

/// <summary>Attributes that say when an event may be delivered.</summary>
internal static class EventTimes
{
    /// <summary>From then on it is not delivered any more (CloudEvents extension <c>expirytime</c>).</summary>
    public const string Expiry = "expirytime";

    /// <summary>Before then it is not delivered.</summary>
    public const string Delivery = "deliverytime";

    /// <summary>The point in time; null when the text is no date and time of RFC 3339. A leap second is the second after it; what no clock can show is the nearest that one can.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<char> text)
    {
        if (!Rfc3339.IsDateTime(text)) return null;
        if (Two(text) is 0 && Two(text[2..]) is 0) return DateTimeOffset.MinValue;
        var second = Two(text[17..]);
        var ticks = new DateTime((Two(text) * 100) + Two(text[2..]), Two(text[5..]), Two(text[8..]), Two(text[11..]), Two(text[14..]), Math.Min(second, 59)).Ticks;
        if (second == 60) ticks += TimeSpan.TicksPerSecond;
        var rest = text[19..];
        if (rest[0] == '.')
        {
            var unit = TimeSpan.TicksPerSecond;
            for (rest = rest[1..]; char.IsAsciiDigit(rest[0]); rest = rest[1..]) ticks += (rest[0] - '0') * (unit /= 10);
        }

        if (rest[0] is '+' or '-') ticks -= (rest[0] == '+' ? 1 : -1) * ((Two(rest[1..]) * TimeSpan.TicksPerHour) + (Two(rest[4..]) * TimeSpan.TicksPerMinute));
        return new DateTimeOffset(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    private static int Two(ReadOnlySpan<char> text) => ((text[0] - '0') * 10) + (text[1] - '0');
}
