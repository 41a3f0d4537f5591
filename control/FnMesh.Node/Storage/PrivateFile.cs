namespace FnMesh.Node.Storage;

/// <summary>A file that grows in place, such as a database, and that nobody but the user may read, whatever the folder around it allows.</summary>
public static class PrivateFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes it, empty, or takes rights to it and to the files that SQLite keeps beside it away from others; those that come later get the rights of the first.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static void Ensure(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        if (!File.Exists(path))
        {
            using var made = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = Mode });
        }

        // Not opened when it is there: closing it would drop the locks that SQLite holds on it in this process.
        foreach (var beside in With(path))
        {
            if (File.Exists(beside) && File.GetUnixFileMode(beside) != Mode) File.SetUnixFileMode(beside, Mode);
        }
    }

    /// <summary>Whether it is there, and holds nothing: a database is never empty once it was made.</summary>
    public static bool IsEmpty(string path) => new FileInfo(path) is { Exists: true, Length: 0 };

    /// <summary>Removes it with what SQLite keeps beside it, and that first: a log without its database is never taken for another's.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed, or is a folder.</exception>
    public static void Remove(string path)
    {
        foreach (var beside in With(path)) File.Delete(beside);
    }

    private static string[] With(string path) => [$"{path}-wal", $"{path}-shm", path];
}
