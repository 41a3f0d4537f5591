using System.Globalization;
using Cronos;

namespace FnMesh.Functions.Hosting;

/// <summary>When a timer is due: by cron in UTC, of five fields or of six with seconds first, or at an interval.</summary>
internal sealed class Schedule
{
    private const int FieldsWithSeconds = 6;

    private readonly CronExpression? _cron;
    private readonly TimeSpan _interval;

    private Schedule(CronExpression? cron, TimeSpan interval) => (_cron, _interval) = (cron, interval);

    /// <exception cref="AppStartException">The text is neither.</exception>
    public static Schedule Parse(string text, string function)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero) return new Schedule(null, interval);
        try
        {
            var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length;
            return new Schedule(CronExpression.Parse(text, fields == FieldsWithSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard), default);
        }
        catch (CronFormatException fault)
        {
            throw new AppStartException($"{function}: the schedule '{text}' is neither cron of five or six fields nor an interval such as 00:05:00: {fault.Message}", fault);
        }
    }

    /// <summary>The first time after another; null when there is none any more.</summary>
    public DateTimeOffset? After(DateTimeOffset time) => _cron is null ? time + _interval : _cron.GetNextOccurrence(time, TimeZoneInfo.Utc);
}
