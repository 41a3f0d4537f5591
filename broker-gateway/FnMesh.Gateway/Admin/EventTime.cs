using System.Globalization;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Admin;

/// <summary>Instants in the admin API: RFC 3339; written in UTC with milliseconds.</summary>
internal static class EventTime
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>Reads an instant with an offset from UTC; one without is none.</summary>
    public static bool TryRead(string text, out DateTimeOffset time)
    {
        time = default;
        return Rfc3339.IsDateTime(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
