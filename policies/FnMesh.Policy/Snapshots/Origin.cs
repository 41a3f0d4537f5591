using System.Text.Json.Serialization;

namespace FnMesh.Policy.Snapshots;

/// <summary>Where a piece of policy was written, so that every decision can name the rule that made it.</summary>
/// <param name="File">The path as it was given to the reader.</param>
/// <param name="Line">1 is the first line.</param>
/// <param name="Column">1 is the first character.</param>
public readonly record struct Origin(string File, int Line, int Column)
{
    /// <summary>How the place of what functions declare begins; the revision and the function follow. It is no file, and has no lines.</summary>
    internal const string InCode = "in code, ";

    /// <summary>Whether a function in code says it, and no file.</summary>
    [JsonIgnore]
    public bool IsInCode => File.StartsWith(InCode, StringComparison.Ordinal);

    /// <summary>Where relative paths of the file start. Both separators count, so that a policy means the same wherever it is compiled; <c>.</c> when the path names no folder.</summary>
    internal string Folder => File.LastIndexOfAny(['/', '\\']) switch
    {
        < 0 => ".",
        0 => File[..1],
        var end => File[..end],
    };

    public override string ToString() => IsInCode ? File : $"{File}:{Line}:{Column}";
}
