namespace FnMesh.Policy.Snapshots;

/// <summary>Where a piece of policy was written, so that every decision can name the rule that made it.</summary>
/// <param name="File">The path as it was given to the reader.</param>
/// <param name="Line">1 is the first line.</param>
/// <param name="Column">1 is the first character.</param>
public readonly record struct Origin(string File, int Line, int Column)
{
    /// <summary>How the place of what functions declare begins; the revision and the function follow. It is no file, and has no lines.</summary>
    internal const string InCode = "in code, ";

    public override string ToString() => File.StartsWith(InCode, StringComparison.Ordinal) ? File : $"{File}:{Line}:{Column}";
}
