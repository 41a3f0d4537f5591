using System.Globalization;
using Cronos;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>When a timer is due: by cron in UTC, of six fields with seconds first or of five, or at an interval.</summary>
internal sealed class TimerSchedule
{
    private const int FieldsWithSeconds = 6;

    private readonly CronExpression? _cron;
    private readonly TimeSpan _interval;

    private TimerSchedule(CronExpression? cron, TimeSpan interval) => (_cron, _interval) = (cron, interval);

    /// <exception cref="BindingFault">The text is neither.</exception>
    public static TimerSchedule Parse(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero) return new TimerSchedule(null, interval);
        try
        {
            var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length;
            return new TimerSchedule(CronExpression.Parse(text, fields == FieldsWithSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard), default);
        }
        catch (CronFormatException fault)
        {
            throw new BindingFault($"the schedule '{text}' is neither cron of six or five fields nor an interval such as 00:05:00: {fault.Message}");
        }
    }

    /// <summary>The first time after another; null when there is none any more.</summary>
    public DateTimeOffset? After(DateTimeOffset time) => _cron is null ? time + _interval : _cron.GetNextOccurrence(time, TimeZoneInfo.Utc);
}
