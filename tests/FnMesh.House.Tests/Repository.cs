namespace FnMesh.House.Tests;

/// <summary>The files of this clone, without what builds and runs leave behind.</summary>
internal static class Repository
{
    private static readonly string[] Left = [".git", ".fnmesh", ".vs", ".idea", "artifacts", "bin", "obj", "node_modules"];

    public static string Root => SourceTree.Root;

    /// <summary>The text of every file of that kind, by its path from the root with forward slashes.</summary>
    public static IReadOnlyList<TextFile> Files(params string[] extensions) =>
        [.. Walk(Root)
            .Where(path => extensions.Contains(Path.GetExtension(path)))
            .Order(StringComparer.Ordinal)
            .Select(path => new TextFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)))];

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(inner => !Left.Contains(Path.GetFileName(inner))).SelectMany(Walk));
}
