using System.Globalization;

namespace FnMesh.Cli.Up;

/// <summary>Who listens on a port, as far as /proc tells this user.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];


    /// <summary>Like <c>pid 4711 (nginx)</c>; null when it cannot be known.</summary>
    public static string? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            var sockets = Tables.Where(File.Exists).SelectMany(table => Sockets(table, port)).ToHashSet(StringComparer.Ordinal);
            var owner = sockets.Count == 0 ? null : Directory.EnumerateDirectories("/proc").FirstOrDefault(process => Holds(process, sockets));
            return owner is null ? null : $"pid {Path.GetFileName(owner)} ({File.ReadAllText(Path.Combine(owner, "comm")).Trim()})";
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

    private static bool Holds(string process, HashSet<string> sockets)
    {
        if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return false;
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
