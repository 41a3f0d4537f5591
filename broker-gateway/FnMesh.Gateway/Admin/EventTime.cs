namespace FnMesh.Gateway.Admin;

/// <summary>Instants in the admin API: RFC 3339, UTC, milliseconds.</summary>
internal static class EventTime
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
