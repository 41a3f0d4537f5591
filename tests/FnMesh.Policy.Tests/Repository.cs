namespace FnMesh.Policy.Tests;

/// <summary>Where the tests' files lie in the source tree.</summary>
internal static class Repository
{
    public static string Root => SourceTree.Root;

    public static string Golden { get; } = Path.Combine(Root, "tests", "FnMesh.Policy.Tests", "Golden");

    /// <summary>The YAML files of a folder, named relative to it.</summary>
    public static PolicySource[] Sources(string folder) =>
    [
        .. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
            .Select(file => new PolicySource("policies/" + Path.GetFileName(file), File.ReadAllText(file))),
    ];
}
