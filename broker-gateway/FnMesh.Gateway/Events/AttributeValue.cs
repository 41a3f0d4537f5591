using System.Buffers;
using System.Text;

namespace FnMesh.Gateway.Events;

/// <summary>What values of attributes may be (CloudEvents 1.0.2, type system and attributes).</summary>
internal static class AttributeValue
{
    private static readonly SearchValues<char> PrintableAscii =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    /// <summary>What is wrong with a value, as the end of a sentence that begins with the attribute; null when nothing is.</summary>
    public static string? Flaw(string name, string value)
    {
        if (ForbiddenCharacter(value) is { } character) return $"holds {character}, which no attribute may hold";
        return name switch
        {
            AttributeName.SpecVersion => value == AttributeName.SpokenVersion
                ? null
                : $"is {EventFault.Quote(value)}, a version that is not spoken here: only 1.0 is",
            "id" or "type" or "subject" or "partitionkey" => value.Length > 0 ? null : "is empty: give it a value or leave it out",
            "source" => value.Length == 0 ? "is empty: it must be a URI-reference (RFC 3986)"
                : UriSyntax.IsReference(value) ? null
                : $"is {EventFault.Quote(value)}, which is no URI-reference (RFC 3986): percent-encode what a URI may not hold",
            "dataschema" => UriSyntax.IsAbsolute(value) ? null : $"is {EventFault.Quote(value)}, which is no absolute URI (RFC 3986)",
            "time" or EventTimes.Expiry or EventTimes.Delivery => Rfc3339.IsDateTime(value) ? null
                : $"is {EventFault.Quote(value)}, which is no date and time of RFC 3339, like 2026-01-31T12:00:00Z",
            AttributeName.ContentType => MediaType.TryParse(value, out _) ? null
                : $"is {EventFault.Quote(value)}, which is no media type, like application/json",
            _ => null,
        };
    }

    /// <summary>The first character that a String may not hold, as <c>U+0000</c>; null when there is none.</summary>
    public static string? ForbiddenCharacter(ReadOnlySpan<char> value)
    {
        var start = value.IndexOfAnyExcept(PrintableAscii);
        if (start < 0) return null;
        for (value = value[start..]; !value.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(value, out var rune, out var length) != OperationStatus.Done) return $"an unpaired surrogate U+{(int)value[0]:X4}";
            if (Rune.IsControl(rune)) return $"the control character U+{rune.Value:X4}";
            if (IsNoncharacter(rune.Value)) return $"the noncharacter U+{rune.Value:X4}";
            value = value[length..];
        }

        return null;
    }

    private static bool IsNoncharacter(int scalar) => scalar is >= 0xFDD0 and <= 0xFDEF || (scalar & 0xFFFE) == 0xFFFE;
}
