using System.Globalization;

namespace FnMesh.Cli.Doctor;

/// <summary>Whether Linux has room for those who watch files: <c>up</c> watches the policies and every project.</summary>
internal static class WatchCheck
{
    private const string Check = "inotify";
    private const string Limits = "/proc/sys/fs/inotify";
    private const double Nearly = 0.9;

    public static IEnumerable<Finding> Look()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Limits)) yield break;
        if (Limit("max_user_instances") is not { } instances || Limit("max_user_watches") is not { } watches)
        {
            yield return Finding.Warn(Check, $"{Limits} cannot be read", "nothing, unless edits are seen late");
            yield break;
        }

        var (usedInstances, usedWatches) = Used();
        const string Late = "edits are then seen by looking again, a little later";
        if (usedInstances > Nearly * instances)
            yield return Finding.Warn(Check, $"{usedInstances} of {instances} instances are used; {Late}", "sudo sysctl fs.inotify.max_user_instances=512");
        else if (usedWatches > Nearly * watches)
            yield return Finding.Warn(Check, $"{usedWatches} of {watches} watches are used; {Late}", "sudo sysctl fs.inotify.max_user_watches=524288");
        else
            yield return Finding.Ok(Check, $"{usedInstances} of {instances} instances and {usedWatches} of {watches} watches are used");
    }

    private static long? Limit(string name)
    {
        try
        {
            return long.TryParse(File.ReadAllText(Path.Combine(Limits, name)), NumberStyles.Integer, CultureInfo.InvariantCulture, out var limit) ? limit : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Of the processes that this user may look into, which are its own.</summary>
    private static (int Instances, int Watches) Used()
    {
        var (instances, watches) = (0, 0);
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                foreach (var descriptor in Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")))
                {
                    if (new FileInfo(descriptor).LinkTarget != "anon_inode:inotify") continue;
                    instances++;
                    watches += File.ReadLines(Path.Combine(process, "fdinfo", Path.GetFileName(descriptor))).Count(line => line.StartsWith("inotify", StringComparison.Ordinal));
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is another user's.
            }
        }

        return (instances, watches);
    }
}
