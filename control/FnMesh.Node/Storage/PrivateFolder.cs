namespace FnMesh.Node.Storage;

/// <summary>A folder that only the user may read, whose files are replaced whole: a reader, or a start after a crash, sees the old content or the new.</summary>
public sealed class PrivateFolder
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private PrivateFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>
    /// Makes the folder, or takes rights to it away from others, when it is empty or holds one of our files: a folder of the user's stays as it is. What a process that was killed left half written is removed.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="ours">The names of files by which it is known.</param>
    /// <exception cref="IOException">It cannot be made, or it is open to others and holds what is not ours.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static PrivateFolder Open(string path, params IReadOnlyList<string> ours)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
            if ((File.GetUnixFileMode(path) & ~FolderMode) != 0 && Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).Any(IsForeign) && !ours.Any(name => System.IO.Path.Exists(System.IO.Path.Combine(path, name))))
                throw new IOException($"'{path}' holds other files and is open to others, and what is kept there must not be; choose an empty folder, or a new one");
            File.SetUnixFileMode(path, FolderMode);
        }

        Leftovers.Remove(path);
        return new PrivateFolder(path);
    }

    /// <summary>An empty disk of Linux has a folder of that name.</summary>
    private static bool IsForeign(string? name) => name != "lost+found";

    /// <summary>Null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public byte[]? Read(string name)
    {
        try
        {
            return File.ReadAllBytes(FileOf(name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Completes when the content is on disk, under its name.</summary>
    public void Write(string name, ReadOnlySpan<byte> content) => WriteFile(PathOf(name), content);

    /// <summary>The same for one file in any folder, whose rights stay as they are; a folder that is not there is made, private to the user.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void WriteFile(string path, ReadOnlySpan<byte> content)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, FolderMode);
        // Commands of one user may share a folder.
        var beside = Leftovers.PathFor(path);
        Leftovers.Remove(folder, System.IO.Path.GetFileName(path));
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode;
        using (var file = new FileStream(beside, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, FileAt(path), overwrite: true);
        FolderSync.Flush(folder);
    }

    /// <summary>Takes rights to files away from others, who may have had them until now.</summary>
    /// <param name="names">Those that are there are looked at.</param>
    /// <returns>The paths of those that were open; none on Windows.</returns>
    /// <exception cref="UnauthorizedAccessException">One is somebody else's.</exception>
    public IReadOnlyList<string> Close(params IEnumerable<string> names)
    {
        var closed = new List<string>();
        if (OperatingSystem.IsWindows()) return closed;
        foreach (var path in names.Select(PathOf))
        {
            if (!File.Exists(path) || (File.GetUnixFileMode(path) & ~FolderMode) == 0) continue;
            File.SetUnixFileMode(path, FileMode);
            closed.Add(path);
        }

        return closed;
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    private string FileOf(string name) => FileAt(PathOf(name));

    private static string FileAt(string path) => Directory.Exists(path) ? throw new IOException($"'{path}' is a folder, where a file belongs; remove it") : path;

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
