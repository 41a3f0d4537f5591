using System.Collections.Immutable;

using FnMesh.Policy;

namespace FnMesh.Control.Folders;

/// <summary>One reading of a policy folder: whole, or torn because something moved underneath.</summary>
internal sealed record FolderReading
{
    /// <summary>What is true of a reading that must not be used; null when it is whole.</summary>
    public string? Torn { get; init; }

    public ImmutableArray<FileStamp> Stamps { get; init; } = [];

    public ImmutableArray<PolicySource> Sources { get; init; } = [];

    /// <summary>What is wrong with the files and folders themselves: errors for those that cannot be taken.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Hash of all paths and bytes: a touch does not change it.</summary>
    public string Content { get; init; } = "";

    /// <summary>Whether a file of <paramref name="earlier"/> is gone or empty now, as it is for a moment while some editors save.</summary>
    public bool LacksSomethingOf(FolderReading earlier)
    {
        var present = Stamps.Where(stamp => stamp.Length > 0).Select(stamp => stamp.Path).ToHashSet(StringComparer.Ordinal);
        return earlier.Stamps.Any(stamp => stamp.Length > 0 && !present.Contains(stamp.Path));
    }
}
