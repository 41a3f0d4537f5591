using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace FnMesh.Gateway.Events;

/// <summary>Names of context attributes: lower-case ASCII letters and digits (CloudEvents 1.0.2, naming conventions).</summary>
internal static class AttributeName
{
    public const string HeaderPrefix = "ce-";
    public const string SpecVersion = "specversion";
    public const string SpokenVersion = "1.0";
    public const string ContentType = "datacontenttype";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> WellKnown = new[]
    {
        SpecVersion, "id", "source", "type", "subject", "time", ContentType, "dataschema", "partitionkey", "traceparent", "tracestate",
        "sequence", "sequencetype", "dataref", "sampledrate", "expirytime", "deliverytime", "recordedtime", "authtype", "authid", "authclaims",
        "correlationid", "causationid", "severitytext", "severitynumber", "dssematerial",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, string> WellKnownHeaders =
        WellKnown.Set.ToFrozenDictionary(name => name, name => HeaderPrefix + name, StringComparer.Ordinal);

    /// <summary>Reads a name as JSON has it: upper case is refused.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!IsValid(text)) return false;
        if (!WellKnown.TryGetValue(text, out name)) name = text.ToString();
        return true;
    }

    /// <summary>Reads the name after the prefix of a header, whose case means nothing.</summary>
    public static bool TryReadHeader(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (text.Length > EventLimits.MaxNameLength) return false;
        Span<char> lower = stackalloc char[EventLimits.MaxNameLength];
        lower = lower[..text.Length];
        for (var i = 0; i < text.Length; i++) lower[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
        return TryRead(lower, out name);
    }

    /// <summary>The header that carries an attribute in binary mode.</summary>
    public static string Header(string name) => WellKnownHeaders.TryGetValue(name, out var header) ? header : HeaderPrefix + name;

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > EventLimits.MaxNameLength) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c)) return false;
        }

        return true;
    }

    /// <summary>The value of an attribute, without allocating; <c>specversion</c> is kept nowhere and always 1.0.</summary>
    public static string? Find(IReadOnlyList<KeyValuePair<string, string>> attributes, string name)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            var attribute = attributes[i];
            if (attribute.Key == name) return attribute.Value;
        }

        return name == SpecVersion ? SpokenVersion : null;
    }
}
