namespace FnMesh.Cli.Up;

/// <summary>Keys and tokens of a data directory that others than the user may read or change.</summary>
internal static class OpenSecrets
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private static readonly string[] Kept = ["tokens", "nodes", "control"];

    /// <summary>What to do once others may have read a key: with a new authority what the old one signed is worth nothing.</summary>
    public static string Mend(string data) =>
        $"if others use this machine, end the mesh and remove '{Path.Combine(data, "control")}' and '{Path.Combine(data, "nodes")}' as well: the next start founds a new authority and makes new keys, and nodes elsewhere need new join tokens";

    /// <summary>The folder itself keeps others out; what holds keys and tokens is looked at besides. None on Windows.</summary>
    public static IEnumerable<string> Find(string data) => Files(data).Prepend(data).Where(IsOpen);

    /// <summary>All keys and tokens that are there.</summary>
    private static IEnumerable<string> Files(string data)
    {
        var inside = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, IgnoreInaccessible = true, AttributesToSkip = 0 };
        return Kept
            .Select(name => Path.Combine(data, name))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", inside));
    }

    /// <summary>Takes the rights to what is in the folder away from others.</summary>
    /// <returns>What it was done to; of what is somebody else's, nothing.</returns>
    public static IReadOnlyList<string> Close(string data)
    {
        var closed = new List<string>();
        foreach (var path in Files(data).Where(IsOpen).ToArray())
        {
            try
            {
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~Others);
                closed.Add(path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Whoever it belongs to, the start fails at it if it needs it.
            }
        }

        return closed;
    }

    private static bool IsOpen(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;
}
