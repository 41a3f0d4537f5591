using System.Globalization;

namespace FnMesh.Node.Members;

/// <summary>What a caller has left of its time, in whole milliseconds at the moment of sending: <c>fnmesh-deadline</c>.</summary>
public static class DeadlineHeader
{
    public const string Name = "fnmesh-deadline";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <returns>Null when it is no number, or a day or more, which is as good as none.</returns>
    public static TimeSpan? Read(string? value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var left) && left < (long)Longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(left) : null;

    /// <summary>Never less than 1.</summary>
    public static string Write(TimeSpan left) => Math.Max(1, (long)left.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
