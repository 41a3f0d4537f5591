using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// A <c>tracestate</c> header taken apart: the mesh's own member <c>fnmesh=</c>, the id of the last span of this mesh, and everybody else's.
/// </summary>
/// <param name="Others">The other members in order, separated by commas; null when there are none, or the header is malformed.</param>
/// <param name="MeshParent">The mesh's own member; all zeros when there is none.</param>
internal readonly record struct TraceState(string? Others, ActivitySpanId MeshParent)
{
    private const string Key = "fnmesh";
    private const int MaxMembers = 32;

    /// <summary>What must be kept (W3C Trace Context, 3.3.1.5); more is cut off by whole members.</summary>
    private const int MaxLength = 512;

    /// <summary>Members longer than this are cut off first.</summary>
    private const int LargeMember = 128;

    private const int MaxKey = 256;
    private const int MaxTenant = 241;
    private const int MaxSystem = 14;
    private const int MaxValue = 256;

    private static readonly int OwnLength = Key.Length + 17;
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-*/");

    public static TraceState Parse(string? header)
    {
        if (string.IsNullOrEmpty(header)) return default;

        Span<Range> members = stackalloc Range[MaxMembers];
        var text = header.AsSpan();
        var (count, length) = (0, 0);
        ActivitySpanId? own = null;
        var asReceived = true;
        foreach (var range in text.Split(','))
        {
            var (start, end) = Trim(text, range);
            if (start == end)
            {
                asReceived = false;
                continue;
            }

            var member = text[start..end];
            var equals = member.IndexOf('=');
            if (equals < 0 || !IsKey(member[..equals]) || !IsValue(member[(equals + 1)..])) return default;
            if (member[..equals] is Key)
            {
                if (own is not null || count == MaxMembers) return default;
                own = SpanIdOf(member[(equals + 1)..]);
                asReceived = false;
                continue;
            }

            if (count + (own is null ? 0 : 1) == MaxMembers || Contains(text, members[..count], member[..equals])) return default;
            asReceived &= range.Start.Value == start && range.End.Value == end;
            members[count++] = start..end;
            length += member.Length + 1;
        }

        if (count == 0) return new(null, own ?? default);
        if (asReceived && length - 1 <= MaxLength) return new(header, own ?? default);
        return new(Join(text, members[..count], length - 1), own ?? default);
    }

    /// <summary>The header that is passed on: the mesh's own member first, for it is the one that changed.</summary>
    /// <returns>Null when there is nothing to send.</returns>
    public static string? Format(in TraceContext context)
    {
        if (context.MeshParent == default) return context.State;
        var own = $"{Key}={context.MeshParent.ToHexString()}";
        if (context.State is not { } others) return own;

        // One member was added: at the bounds the oldest, which stands last, makes room.
        var kept = others.AsSpan();
        while (!kept.IsEmpty && (kept.Length + own.Length + 1 > MaxLength || kept.Count(',') + 2 > MaxMembers))
        {
            kept = kept[..Math.Max(kept.LastIndexOf(','), 0)];
        }

        return kept.IsEmpty ? own : string.Concat(own, ",", kept);
    }

    private static string? Join(ReadOnlySpan<char> text, ReadOnlySpan<Range> members, int length)
    {
        Span<bool> cut = stackalloc bool[MaxMembers];
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = members.Length - 1; i >= 0 && length > MaxLength; i--)
            {
                var size = text[members[i]].Length;
                if (cut[i] || (pass == 0 && size <= LargeMember)) continue;
                cut[i] = true;
                length -= size + 1;
            }
        }

        var joined = new StringBuilder(Math.Max(length, 0) + OwnLength);
        for (var i = 0; i < members.Length; i++)
        {
            if (cut[i]) continue;
            if (joined.Length > 0) joined.Append(',');
            joined.Append(text[members[i]]);
        }

        return joined.Length == 0 ? null : joined.ToString();
    }

    private static (int Start, int End) Trim(ReadOnlySpan<char> text, Range range)
    {
        var (start, end) = (range.Start.Value, range.End.Value);
        while (start < end && text[start] is ' ' or '\t') start++;
        while (end > start && text[end - 1] is ' ' or '\t') end--;
        return (start, end);
    }

    private static bool IsKey(ReadOnlySpan<char> key)
    {
        var at = key.IndexOf('@');
        if (at < 0) return IsKeyPart(key, MaxKey);

        var tenant = key[..at];
        var system = key[(at + 1)..];
        return IsKeyPart(tenant, MaxTenant) && IsKeyPart(system, MaxSystem) && char.IsAsciiLetterLower(system[0]);
    }

    private static bool IsKeyPart(ReadOnlySpan<char> part, int max) =>
        part.Length > 0 && part.Length <= max && (char.IsAsciiLetterLower(part[0]) || char.IsAsciiDigit(part[0])) && !part.ContainsAnyExcept(KeyCharacters);

    private static bool IsValue(ReadOnlySpan<char> value) =>
        value.Length is > 0 and <= MaxValue && !value.ContainsAnyExceptInRange(' ', '~') && !value.Contains('=');

    private static bool Contains(ReadOnlySpan<char> text, ReadOnlySpan<Range> members, ReadOnlySpan<char> key)
    {
        foreach (var range in members)
        {
            var member = text[range];
            if (member.Length > key.Length && member[key.Length] == '=' && member.StartsWith(key)) return true;
        }

        return false;
    }

    private static ActivitySpanId SpanIdOf(ReadOnlySpan<char> value)
    {
        if (value.Length != 16 || !value.ContainsAnyExcept('0')) return default;
        foreach (var c in value)
        {
            if (!char.IsAsciiHexDigitLower(c)) return default;
        }

        return ActivitySpanId.CreateFromString(value);
    }
}
