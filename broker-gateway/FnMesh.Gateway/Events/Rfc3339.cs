namespace FnMesh.Gateway.Events;

/// <summary>Date and time on the Internet: the rule <c>date-time</c> of RFC 3339, 5.6, with the restrictions of 5.7.</summary>
internal static class Rfc3339
{
    public static bool IsDateTime(ReadOnlySpan<char> text)
    {
        if (text.Length < "2026-01-31T12:00:00Z".Length
            || !Number(text, 0, 4, out var year) || text[4] != '-' || !Number(text, 5, 2, out var month) || text[7] != '-' || !Number(text, 8, 2, out var day)
            || text[10] is not ('T' or 't')
            || !Number(text, 11, 2, out var hour) || text[13] != ':' || !Number(text, 14, 2, out var minute) || text[16] != ':' || !Number(text, 17, 2, out var second))
        {
            return false;
        }

        // 60 is a leap second; which minutes had one is not for a reader to know.
        if (month is < 1 or > 12 || day < 1 || day > Days(year, month) || hour > 23 || minute > 59 || second > 60) return false;

        var rest = text[19..];
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits < 1) return false;
            rest = rest[(1 + digits)..];
        }

        if (rest is "Z" or "z") return true;
        return rest.Length == 6 && rest[0] is '+' or '-' && rest[3] == ':'
            && Number(rest, 1, 2, out var offsetHour) && offsetHour <= 23 && Number(rest, 4, 2, out var offsetMinute) && offsetMinute <= 59;
    }

    private static int Days(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool Number(ReadOnlySpan<char> text, int start, int length, out int number)
    {
        number = 0;
        foreach (var c in text.Slice(start, length))
        {
            if (!char.IsAsciiDigit(c)) return false;
            number = (number * 10) + (c - '0');
        }

        return true;
    }
}
