namespace FnMesh.Policy.Snapshots;

/// <summary>Where a piece of policy was written, so that every decision can name the rule that made it.</summary>
/// <param name="File">The path as it was given to the reader.</param>
/// <param name="Line">1 is the first line.</param>
/// <param name="Column">1 is the first character.</param>
public readonly record struct Origin(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
