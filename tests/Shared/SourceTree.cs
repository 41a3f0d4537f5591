namespace FnMesh.Tests;

/// <summary>The clone that the tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FnMesh.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"FnMesh.sln is in no folder above {AppContext.BaseDirectory}");
        }

        return folder.FullName;
    }
}
