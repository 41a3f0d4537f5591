using System.Globalization;
using FnMesh.Gateway;
using FnMesh.Node.Members;

namespace FnMesh.Cli.Up;

/// <summary>The private folder of one <c>up</c>, held by a lock that ends with the process however it ends.</summary>
internal sealed class DataDirectory : IDisposable
{
    public const string DefaultName = UpFile.FolderName;
    public const string LockName = "up.lock";
    private const string PidName = "up.pid";
    private const string IgnoreName = ".gitignore";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    private DataDirectory(FileStream held) => _lock = held;

    /// <summary>Opens or makes the folder; one of the two results is null. The other says why it is refused.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="reset">Whether events, deliveries and traces are forgotten. Identities stay: who reached this mesh before reaches it still.</param>
    public static (DataDirectory? Opened, string? Fault) Open(string path, bool reset)
    {
        try
        {
            var fresh = !Directory.Exists(path);
            if (!fresh && !IsOurs(path))
                return (null, $"'{path}' holds other files; choose an empty folder, or a new one, for --data-dir");
            Create(path);
            if (Lock(path) is not { } held)
                return (null, $"'{path}' is in use by another 'fnmesh up'{Holder(path)}; end that one with 'fnmesh down' in its folder, or choose another --data-dir");
            if (reset)
                MeshGateway.Forget(path);
            // Keys of apps whose processes were killed.
            if (Directory.Exists(UpFile.ByHandIn(path)))
                Directory.Delete(UpFile.ByHandIn(path), recursive: true);
            File.WriteAllText(Path.Combine(path, PidName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return (new DataDirectory(held), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"'{path}' cannot be used: {failure.Message}; mend that, or choose another --data-dir");
        }
    }

    /// <summary>The process that holds the folder; null when none does.</summary>
    public static int? HolderOf(string path)
    {
        if (!File.Exists(Path.Combine(path, LockName))) return null;
        using var held = Lock(path);
        return held is null ? Pid(path) : null;
    }

    /// <summary>Makes a folder that is private to the user and that git ignores.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, Private);
        var ignore = Path.Combine(path, IgnoreName);
        if (!File.Exists(ignore))
            File.WriteAllText(ignore, "*\n");
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Somebody's home folder must never be taken over, let alone reset.</summary>
    private static bool IsOurs(string path) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) == DefaultName
        || File.Exists(Path.Combine(path, LockName))
        || !Directory.EnumerateFileSystemEntries(path).Any();

    private static FileStream? Lock(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    private static string Holder(string path) => Pid(path) is { } id ? $" (pid {id})" : "";

    /// <summary>Null also while the holder has not written it whole.</summary>
    private static int? Pid(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(path, PidName)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
