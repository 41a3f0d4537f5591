using System.Buffers;
using System.Text;
using FnMesh.Gateway.Ingress;

namespace FnMesh.Gateway.Authorization;

/// <summary>
/// What functions might make of a path beside what it says: decoded, also more than once, with and without parameters of segments, without doubled slashes, capitals
/// and a slash at the end. What a rule denies it denies in every reading; what a rule allows it allows as it stands.
/// </summary>
internal static class PathReadings
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@/");

    /// <summary>The readings that differ from the path; none for a path that is plain, which costs no allocation.</summary>
    public static string[] Of(ReadOnlySpan<char> path)
    {
        if (IsPlain(path)) return [];
        var readings = new List<string>(4);
        var text = path.ToString();
        for (var depth = 0; depth <= EscapedText.Deepest; depth++)
        {
            Add(readings, Simplify(text, keepParameters: true));
            Add(readings, Simplify(text, keepParameters: false));
            var decoded = EscapedText.Decode(text);
            if (decoded == text) break;
            text = decoded;
        }

        return [.. readings];
    }

    /// <summary>A pattern's text as readings have it.</summary>
    public static string OfPattern(string text)
    {
        for (var depth = 0; depth < EscapedText.Deepest && EscapedText.Decode(text) is var decoded && decoded != text; depth++) text = decoded;
        return Simplify(text, keepParameters: true);
    }

    private static bool IsPlain(ReadOnlySpan<char> path) => !path.ContainsAnyExcept(Plain) && path.IndexOf("//") < 0 && (path.Length <= 1 || path[^1] != '/');

    private static void Add(List<string> readings, string reading)
    {
        if (!readings.Contains(reading)) readings.Add(reading);
        if (reading.Length > 1 && reading[^1] == '/' && !readings.Contains(reading[..^1])) readings.Add(reading[..^1]);
    }

    private static string Simplify(string text, bool keepParameters)
    {
        var plain = new StringBuilder(text.Length);
        var isParameter = false;
        foreach (var character in text)
        {
            var c = character == '\\' ? '/' : Small(character);
            isParameter = !keepParameters && c != '/' && (isParameter || c == ';');
            if (isParameter || (c == '/' && plain.Length > 0 && plain[^1] == '/')) continue;
            plain.Append(c);
        }

        return plain.ToString();
    }

    /// <summary>One letter for all that are equal where capitals do not matter.</summary>
    private static char Small(char c) => char.ToLowerInvariant(char.ToUpperInvariant(c));
}
