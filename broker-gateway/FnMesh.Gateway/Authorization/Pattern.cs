namespace FnMesh.Gateway.Authorization;

/// <summary>A pattern of a policy: <c>*</c> alone, first, last, or nowhere.</summary>
internal readonly struct Pattern
{
    private readonly string _text;
    private readonly bool _anyBefore;
    private readonly bool _anyAfter;

    public Pattern(string pattern)
    {
        _anyBefore = pattern.StartsWith('*');
        _anyAfter = pattern.EndsWith('*');
        _text = pattern.Trim('*');
    }

    public bool Matches(ReadOnlySpan<char> value) => (_anyBefore, _anyAfter) switch
    {
        (false, false) => value.SequenceEqual(_text),
        (false, true) => value.StartsWith(_text, StringComparison.Ordinal),
        (true, false) => value.EndsWith(_text, StringComparison.Ordinal),
        _ => _text.Length == 0 || value.Contains(_text, StringComparison.Ordinal),
    };

    /// <summary>Whether one of the patterns matches; none means that everything does.</summary>
    public static bool AnyMatches(Pattern[] patterns, ReadOnlySpan<char> value)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(value)) return true;
        }

        return patterns.Length == 0;
    }
}
