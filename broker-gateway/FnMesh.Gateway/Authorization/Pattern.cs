using System.Collections.Immutable;

namespace FnMesh.Gateway.Authorization;

/// <summary>A pattern of a policy: <c>*</c> alone, first, last, or nowhere.</summary>
internal readonly struct Pattern
{
    private readonly string _text;
    private readonly bool _anyBefore;
    private readonly bool _anyAfter;

    public Pattern(string pattern)
        : this(pattern.Trim('*'), pattern.StartsWith('*'), pattern.EndsWith('*'))
    {
    }

    /// <param name="text">What stands between the stars, to the letter.</param>
    /// <param name="anyBefore">Whether anything may stand before it.</param>
    /// <param name="anyAfter">Whether anything may stand behind it.</param>
    public Pattern(string text, bool anyBefore, bool anyAfter) => (_text, _anyBefore, _anyAfter) = (text, anyBefore, anyAfter);

    public bool Matches(ReadOnlySpan<char> value) => (_anyBefore, _anyAfter) switch
    {
        (false, false) => value.SequenceEqual(_text),
        (false, true) => value.StartsWith(_text, StringComparison.Ordinal),
        (true, false) => value.EndsWith(_text, StringComparison.Ordinal),
        _ => _text.Length == 0 || value.Contains(_text, StringComparison.Ordinal),
    };

    /// <returns>Null for null: everything matches.</returns>
    public static Pattern[]? Compile(ImmutableArray<string>? patterns) => patterns is { } some ? [.. some.Select(pattern => new Pattern(pattern))] : null;

    /// <summary>Whether one of the patterns matches.</summary>
    public static bool AnyMatches(Pattern[] patterns, ReadOnlySpan<char> value)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(value)) return true;
        }

        return false;
    }
}
