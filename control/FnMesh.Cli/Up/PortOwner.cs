using System.Globalization;

namespace FnMesh.Cli.Up;

/// <summary>Who listens on a port, as far as /proc tells this user.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Like <c>pid 4711 (nginx)</c>, or <c>the 'fnmesh up' of /srv/shop (pid 4711)</c>; null when it cannot be known.</summary>
    public static string? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            var sockets = Tables.Where(File.Exists).SelectMany(table => Sockets(table, port)).ToHashSet(StringComparer.Ordinal);
            var owner = sockets.Count == 0 ? null : Directory.EnumerateDirectories("/proc").FirstOrDefault(process => Holds(process, sockets));
            if (owner is null) return null;
            var folders = string.Join(" and ", DataOf(owner).Select(FolderOf));
            return folders.Length > 0
                ? $"the 'fnmesh up' of {folders} (pid {Path.GetFileName(owner)})"
                : $"pid {Path.GetFileName(owner)} ({File.ReadAllText(Path.Combine(owner, "comm")).Trim()})";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Link targets like <c>socket:[12345]</c>.</summary>
    private static IEnumerable<string> Sockets(string table, int port)
    {
        var ending = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines(table).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 9 && columns[1].EndsWith(ending, StringComparison.Ordinal) && columns[3] == Listening)
            .Select(columns => $"socket:[{columns[9]}]");
    }

    /// <summary>The data directories that a process holds as <c>up</c> does.</summary>
    private static IEnumerable<string> DataOf(string process) =>
        OpenFiles(process).Where(file => Path.GetFileName(file) == DataDirectory.LockName).Select(held => Path.GetDirectoryName(held)!).Distinct();

    private static string FolderOf(string data) => Path.GetFileName(data) == DataDirectory.DefaultName ? Path.GetDirectoryName(data)! : $"the data directory {data}";

    private static bool Holds(string process, HashSet<string> sockets) =>
        int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _) && OpenFiles(process).Any(sockets.Contains);

    /// <summary>What its descriptors lead to.</summary>
    private static IReadOnlyList<string> OpenFiles(string process)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Select(descriptor => new FileInfo(descriptor).LinkTarget).OfType<string>()];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
