namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Keeps a data directory to one broker. The operating system drops the lock with the process, however that ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="BrokerException">Another broker holds the directory, or it cannot be written.</exception>
    public static DirectoryLock Take(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrokerException($"{directory}: cannot be made or entered ({e.Message}); choose another data directory.", e);
        }

        var path = Path.Combine(directory, "broker.lock");
        try
        {
            return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrokerException($"{path}: held by another broker, or not writable ({e.Message}); stop the other one or choose another data directory.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
