using System.Collections.Immutable;
using System.IO.Enumeration;

namespace FnMesh.Control.Folder;

/// <summary>The policy files of a folder at one moment.</summary>
/// <param name="Files">Ordered by path; at most one more than <see cref="MaxFiles"/>.</param>
internal sealed record FolderListing(ImmutableArray<FileStamp> Files)
{
    public const int MaxFiles = 1000;
    private const int MaxDepth = 32;

    // Hidden files are left out: editors keep their locks and back-ups there.
    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = MaxDepth,
        AttributesToSkip = FileAttributes.Hidden,
        IgnoreInaccessible = false,
    };

    /// <exception cref="IOException">The folder, or one in it, cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static FolderListing Of(string folder)
    {
        var files = new FileSystemEnumerable<FileStamp>(folder, Stamp, Walk) { ShouldIncludePredicate = IsPolicy }
            .Take(MaxFiles + 1)
            .OrderBy(file => file.Path, StringComparer.Ordinal);
        return new FolderListing([.. files]);
    }

    public static bool IsPolicyName(ReadOnlySpan<char> name) =>
        name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    public bool IsSameAs(FolderListing? other) => other is not null && Files.AsSpan().SequenceEqual(other.Files.AsSpan());

    /// <summary>Whether a file of <paramref name="before"/> is gone or was emptied: perhaps an editor is between two steps of a save.</summary>
    public bool LostTextSince(FolderListing before)
    {
        var filled = Files.Where(file => file.Length > 0).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        return before.Files.Any(file => file.Length > 0 && !filled.Contains(file.Path));
    }

    private static FileStamp Stamp(ref FileSystemEntry entry) => new(entry.ToFullPath(), entry.Length, entry.LastWriteTimeUtc);

    private static bool IsPolicy(ref FileSystemEntry entry) => !entry.IsDirectory && IsPolicyName(entry.FileName);
}
