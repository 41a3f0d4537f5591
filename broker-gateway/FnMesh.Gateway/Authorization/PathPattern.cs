namespace FnMesh.Gateway.Authorization;

/// <summary>A pattern of paths, as it stands and as readings of paths are compared with it.</summary>
internal readonly struct PathPattern
{
    private readonly Pattern _raw;
    private readonly Pattern _plain;

    public PathPattern(string pattern)
    {
        var (anyBefore, anyAfter) = (pattern.StartsWith('*'), pattern.EndsWith('*'));
        var plain = PathReadings.OfPattern(pattern.Trim('*'));
        (_raw, _plain) = (new Pattern(pattern), new Pattern(plain, anyBefore, anyAfter));
        Text = pattern;
        PlainText = plain.Contains('*', StringComparison.Ordinal) ? null : $"{(anyBefore ? "*" : "")}{plain}{(anyAfter && pattern.Length > 1 ? "*" : "")}";
    }

    public string Text { get; }

    /// <summary>As readings have it; null where a star in it is meant to the letter.</summary>
    public string? PlainText { get; }

    /// <summary>Whether it matches the path as it stands.</summary>
    public bool Matches(ReadOnlySpan<char> path) => _raw.Matches(path);

    /// <summary>Whether it matches the path, or what some function might make of it.</summary>
    public bool MatchesAnyReading(ReadOnlySpan<char> path, string[] readings)
    {
        if (_raw.Matches(path) || _plain.Matches(path)) return true;
        foreach (var reading in readings)
        {
            if (_plain.Matches(reading)) return true;
        }

        return false;
    }
}
