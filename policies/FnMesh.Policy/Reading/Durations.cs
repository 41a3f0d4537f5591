using System.Globalization;
using System.Text.RegularExpressions;

namespace FnMesh.Policy.Reading;

/// <summary>The two ways to write a duration: GEP-2257 (<c>1m30s</c>) and ISO 8601 (<c>PT1M30S</c>).</summary>
public static partial class Durations
{
    /// <summary>Both ways as one pattern that JSON Schema knows.</summary>
    public const string Pattern = "^(([0-9]{1,5}(h|ms|m|s)){1,4}|P([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,5}H)?([0-9]{1,5}M)?([0-9]{1,5}(\\.[0-9]{1,3})?S)?)?)$";

    /// <summary>Null when the text is neither, or not exact in milliseconds.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length is 0 or > 64) return null;
        return text[0] == 'P' ? ParseIso(text) : ParseGep(text);
    }

    /// <summary>In GEP-2257, the longest units first.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        var hours = (long)duration.TotalHours;
        return (hours > 0 ? $"{hours}h" : "")
            + (duration.Minutes > 0 ? $"{duration.Minutes}m" : "")
            + (duration.Seconds > 0 ? $"{duration.Seconds}s" : "")
            + (duration.Milliseconds > 0 ? $"{duration.Milliseconds}ms" : "");
    }

    private static TimeSpan? ParseGep(string text)
    {
        var match = Gep().Match(text);
        if (!match.Success) return null;
        var sum = TimeSpan.Zero;
        for (var i = 0; i < match.Groups[1].Captures.Count; i++)
        {
            var count = int.Parse(match.Groups[1].Captures[i].ValueSpan, CultureInfo.InvariantCulture);
            sum += match.Groups[2].Captures[i].Value switch
            {
                "h" => TimeSpan.FromHours(count),
                "m" => TimeSpan.FromMinutes(count),
                "s" => TimeSpan.FromSeconds(count),
                _ => TimeSpan.FromMilliseconds(count),
            };
        }

        return sum;
    }

    private static TimeSpan? ParseIso(string text)
    {
        var match = Iso().Match(text);
        if (!match.Success) return null;
        return TimeSpan.FromDays(Count(match.Groups["d"]))
            + TimeSpan.FromHours(Count(match.Groups["h"]))
            + TimeSpan.FromMinutes(Count(match.Groups["m"]))
            + TimeSpan.FromSeconds(Count(match.Groups["s"]))
            + TimeSpan.FromMilliseconds(match.Groups["f"].Success
                ? int.Parse(match.Groups["f"].Value.PadRight(3, '0'), CultureInfo.InvariantCulture)
                : 0);
    }

    private static int Count(Group digits) => digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A(?:([0-9]{1,5})(h|ms|m|s)){1,4}\z")]
    private static partial Regex Gep();

    [GeneratedRegex(
        @"\AP(?:(?<d>[0-9]{1,5})D)?(?:T(?=[0-9])(?:(?<h>[0-9]{1,5})H)?(?:(?<m>[0-9]{1,5})M)?(?:(?<s>[0-9]{1,5})(?:\.(?<f>[0-9]{1,3}))?S)?)?(?<=[DHMS])\z")]
    private static partial Regex Iso();
}
