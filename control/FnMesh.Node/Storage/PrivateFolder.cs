namespace FnMesh.Node.Storage;

/// <summary>A folder that only the user may read, whose files are replaced whole: a reader, or a start after a crash, sees the old content or the new.</summary>
public sealed class PrivateFolder
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private PrivateFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Makes the folder, or takes rights to it away from others.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static PrivateFolder Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
            File.SetUnixFileMode(path, FolderMode);
        }

        return new PrivateFolder(path);
    }

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

    /// <summary>Completes when the content is on disk.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        // Commands of one user may share a folder.
        var beside = PathOf($"{name}.{Environment.ProcessId}.new");
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode;
        using (var file = new FileStream(beside, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, FileOf(name), overwrite: true);
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    private string FileOf(string name) =>
        PathOf(name) is var path && Directory.Exists(path) ? throw new IOException($"'{path}' is a folder, where a file belongs; remove it") : path;

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
