using System.Threading.Channels;

namespace FnMesh.Control.Folders;

/// <summary>Rings when the operating system says that something below a folder changed. It may miss changes: its user looks for itself now and then.</summary>
/// <param name="path">The folder or file; null to be rung by hand only.</param>
/// <param name="time">The clock.</param>
internal sealed class FolderBell(string? path, TimeProvider time) : IDisposable
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private FileSystemWatcher? _watcher;
    private volatile bool _broken;

    /// <summary>True when it rang, false when <paramref name="timeout"/> passed in silence.</summary>
    public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancel)
    {
        Arm();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var silence = Task.Delay(timeout, time, either.Token);
        await Task.WhenAny(_rings.Reader.WaitToReadAsync(either.Token).AsTask(), silence);
        await either.CancelAsync();
        cancel.ThrowIfCancellationRequested();
        return _rings.Reader.TryRead(out _);
    }

    public void Arm()
    {
        if (path is null || (_watcher is not null && !_broken))
            return;
        _watcher?.Dispose();
        _watcher = null;
        _broken = false;
        try
        {
            _watcher = Watch(path);
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Out of watches, or no such folder just now: the regular look finds what the bell would have told.
            _broken = true;
        }
    }

    public void Ring() => _rings.Writer.TryWrite(true);

    public void Dispose() => _watcher?.Dispose();

    private FileSystemWatcher Watch(string path)
    {
        var watcher = File.Exists(path)
            ? new FileSystemWatcher(Path.GetDirectoryName(Path.GetFullPath(path))!)
            : new FileSystemWatcher(path) { IncludeSubdirectories = true };
        watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size;
        watcher.Created += (_, _) => Ring();
        watcher.Changed += (_, _) => Ring();
        watcher.Deleted += (_, _) => Ring();
        watcher.Renamed += (_, _) => Ring();
        watcher.Error += (_, _) =>
        {
            _broken = true;
            Ring();
        };
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
