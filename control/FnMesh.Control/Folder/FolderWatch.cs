namespace FnMesh.Control.Folder;

/// <summary>Tells that something in a folder may have changed; a hint only, since file systems lose some and some tell nothing.</summary>
internal sealed class FolderWatch(string folder, Action touched) : IDisposable
{
    private FileSystemWatcher? _watcher;
    private volatile bool _failed;

    /// <summary>Starts, or starts anew after a failure; does nothing where watching is not possible.</summary>
    public void EnsureStarted()
    {
        if (_watcher is not null && !_failed) return;
        _watcher?.Dispose();
        _watcher = null;
        _failed = false;
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Changed += (_, _) => touched();
            watcher.Created += (_, _) => touched();
            watcher.Deleted += (_, _) => touched();
            watcher.Renamed += (_, _) => touched();
            watcher.Error += (_, _) => Fail();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No such folder now, or no watches left: the regular look at the folder sees changes too.
            watcher?.Dispose();
        }
    }

    public void Dispose() => _watcher?.Dispose();

    private void Fail()
    {
        _failed = true;
        touched();
    }
}
