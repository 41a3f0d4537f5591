namespace FnMesh.Policy.Cesql;

/// <summary>Casts of a String (CESQL 1.0, 3.7).</summary>
internal static class CesqlText
{
    /// <summary>A sign and decimal digits that make a 32 bit integer; nothing around them.</summary>
    public static bool TryInteger(string text, out int value)
    {
        value = 0;
        var sign = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        if (text.Length == sign) return false;
        var number = 0L;
        for (var at = sign; at < text.Length; at++)
        {
            if (text[at] is < '0' or > '9') return false;
            number = (number * 10) + (text[at] - '0');
            if (number > 1L + int.MaxValue) return false;
        }

        if (text[0] == '-') number = -number;
        if (number > int.MaxValue) return false;
        value = (int)number;
        return true;
    }

    /// <summary><c>true</c> or <c>false</c> in any case of ASCII.</summary>
    public static bool TryBoolean(string text, out bool value)
    {
        value = Is(text, "true");
        return value || Is(text, "false");
    }

    private static bool Is(string text, string word)
    {
        if (text.Length != word.Length) return false;
        for (var at = 0; at < word.Length; at++)
        {
            if ((text[at] | 0x20) != word[at] || text[at] > 'z') return false;
        }

        return true;
    }
}
