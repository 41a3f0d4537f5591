using System.Globalization;

namespace FnMesh.Functions.Generators;

/// <summary>Checks the schedule of a timer. One with a setting in it is not checked here.</summary>
internal static class ScheduleText
{
    private static readonly (string Name, int Least, int Most)[] Fields =
        [("second", 0, 59), ("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7)];

    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    public static string? Fault(string schedule)
    {
        if (schedule.Contains("%") || (TimeSpan.TryParse(schedule, CultureInfo.InvariantCulture, out var interval) && schedule.Contains(":") && interval > TimeSpan.Zero))
        {
            return null;
        }

        var fields = schedule.Split([' '], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6))
        {
            return $"it has {fields.Length} fields";
        }

        var from = 6 - fields.Length;
        return fields.Select((text, place) => FieldFault(text, Fields[from + place])).FirstOrDefault(fault => fault is not null);
    }

    private static string? FieldFault(string text, (string Name, int Least, int Most) field) =>
        text.Split(',').All(part => IsPart(part, field)) ? null : $"'{text}' is no {field.Name}";

    private static bool IsPart(string part, (string Name, int Least, int Most) field)
    {
        var steps = part.Split('/');
        if (steps.Length > 2 || (steps.Length == 2 && !(int.TryParse(steps[1], out var step) && step >= 1 && step <= field.Most)))
        {
            return false;
        }

        if (steps[0] is "*" or "?")
        {
            return true;
        }

        var ends = steps[0].Split('-');
        return ends.Length <= 2 && ends.All(end => Number(end, field.Name) is { } number && number >= field.Least && number <= field.Most);
    }

    private static int? Number(string text, string field)
    {
        var named = field == "month" ? Array.IndexOf(Months, text.ToUpperInvariant()) + 1 : field == "weekday" ? Array.IndexOf(Days, text.ToUpperInvariant()) : -1;
        return named > 0 || (named == 0 && field == "weekday") ? named : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
