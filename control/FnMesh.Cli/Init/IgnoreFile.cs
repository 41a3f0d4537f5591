namespace FnMesh.Cli.Init;

/// <summary>The entry for <c>.fnmesh/</c> in a <c>.gitignore</c>.</summary>
internal static class IgnoreFile
{
    private const string Name = ".gitignore";
    private const string Entry = ".fnmesh/";
    private static readonly string[] Same = [Entry, ".fnmesh", "/.fnmesh/", "/.fnmesh", "**/.fnmesh/", "**/.fnmesh"];

    /// <summary>Adds what is missing.</summary>
    /// <returns>What was done, as a line; null when it was there.</returns>
    public static string? Complete(string directory)
    {
        var path = directory == "." ? Name : Path.Combine(directory, Name);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, $"{Entry}\n");
            return $"wrote {path}";
        }

        var text = File.ReadAllText(path);
        if (text.Split('\n').Any(line => Same.Contains(line.Trim()))) return null;
        File.AppendAllText(path, text.Length == 0 || text.EndsWith('\n') ? $"{Entry}\n" : $"\n{Entry}\n");
        return $"added {Entry} to {path}";
    }
}
