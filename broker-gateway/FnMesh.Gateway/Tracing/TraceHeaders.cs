using System.Diagnostics;
using System.Globalization;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// <c>traceparent</c> and <c>tracestate</c> (W3C Trace Context). A caller's <c>traceparent</c> that is malformed starts the trace anew;
/// a malformed <c>tracestate</c> is dropped alone.
/// </summary>
internal static class TraceHeaders
{
    private const int ParentLength = 55;

    /// <summary>The sampled flag and the random flag of level 2; no other may be passed on.</summary>
    private const int KnownFlags = 0x03;

    /// <param name="traceparent">The header's value; several lines joined by commas, which is malformed.</param>
    /// <param name="tracestate">The header's value; several lines joined by commas, in order.</param>
    /// <returns>Null when there is no valid <c>traceparent</c>: <c>tracestate</c> means nothing then.</returns>
    public static TraceContext? Parse(string? traceparent, string? tracestate)
    {
        if (traceparent is null) return null;
        var parent = traceparent.AsSpan().Trim(" \t");
        if (!IsWellFormed(parent)) return null;

        var flags = (ActivityTraceFlags)(((HexOf(parent[53]) << 4) | HexOf(parent[54])) & KnownFlags);
        var state = TraceState.Parse(tracestate);
        return new(
            UInt128.Parse(parent.Slice(3, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            ulong.Parse(parent.Slice(36, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            flags,
            state.Others,
            state.MeshParent);
    }

    /// <summary>The <c>traceparent</c> that continues from a span.</summary>
    public static string Format(ActivityTraceId trace, ActivitySpanId span, ActivityTraceFlags flags) =>
        string.Create(ParentLength, (trace, span, flags), static (text, from) =>
        {
            "00-".CopyTo(text);
            from.trace.ToHexString().CopyTo(text[3..]);
            text[35] = '-';
            from.span.ToHexString().CopyTo(text[36..]);
            text[52] = '-';
            text[53] = '0';
            text[54] = (char)('0' + ((int)from.flags & KnownFlags));
        });

    /// <summary>The <c>traceparent</c> of a context.</summary>
    public static string Format(in TraceContext context) =>
        string.Create(CultureInfo.InvariantCulture, $"00-{context.Trace:x32}-{context.Parent:x16}-0{(int)context.Flags & KnownFlags}");

    private static bool IsWellFormed(ReadOnlySpan<char> parent)
    {
        if (parent.Length < ParentLength || parent[2] != '-' || parent[35] != '-' || parent[52] != '-') return false;
        var version = parent[..2];
        var trace = parent.Slice(3, 32);
        var span = parent.Slice(36, 16);
        var flags = parent.Slice(53, 2);
        if (!IsLowerHex(version) || !IsLowerHex(trace) || !IsLowerHex(span) || !IsLowerHex(flags)) return false;
        if (version is "ff" || !trace.ContainsAnyExcept('0') || !span.ContainsAnyExcept('0')) return false;

        // A later version may add fields behind a dash; version 00 ends here.
        return parent.Length == ParentLength || (version is not "00" && parent[ParentLength] == '-');
    }

    private static bool IsLowerHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c)) return false;
        }

        return true;
    }

    private static int HexOf(char c) => c <= '9' ? c - '0' : c - 'a' + 10;
}
