namespace FnMesh.Gateway.Tests.PowerCuts;

/// <summary>
/// The disk below one folder. It counts what is written and synced, and at the moment that was drawn its power is cut: what it holds then is kept, whatever goes on above.
/// </summary>
internal sealed class PowerCutDisk
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PowerCutFile> _files = [];
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Random _random;
    private readonly int _moment;
    private Dictionary<string, byte[]>? _left;
    private int _steps;

    /// <param name="seed">What the moment's remains are drawn from.</param>
    /// <param name="moment">The power goes with so many writes and syncs.</param>
    public PowerCutDisk(int seed, int moment) => (_random, _moment) = (new Random(seed), moment);

    /// <summary>Completes when the power is gone.</summary>
    public Task Cut => _cut.Task;

    /// <summary>Does something that somebody outside has seen, unless the power is gone.</summary>
    /// <returns>False when it is: nobody has seen it.</returns>
    public bool Seen(Action what)
    {
        lock (_gate)
        {
            if (_left is not null) return false;
            what();
            return true;
        }
    }

    /// <summary>Cuts the power now, if it is not gone already, and writes what the disk holds into a folder.</summary>
    public void LeaveIn(string folder)
    {
        lock (_gate) CutNow();
        foreach (var (path, content) in _left!) File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), content);
    }

    public void Open(string path)
    {
        lock (_gate)
        {
            if (!_files.ContainsKey(path)) _files.Add(path, new PowerCutFile(File.Exists(path) && new FileInfo(path).Length > 0 ? File.ReadAllBytes(path) : null));
        }
    }

    public void Write(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _files[path].Write(offset, bytes);
            Step();
        }
    }

    public void Truncate(string path, long size)
    {
        lock (_gate)
        {
            _files[path].Truncate(size);
            Step();
        }
    }

    public void Sync(string path)
    {
        lock (_gate)
        {
            // The power may go before a sync has done anything.
            Step();
            _files[path].Sync();
        }
    }

    public void Delete(string path, bool synced)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(path, out var file)) return;
            file.Delete(synced);
            Step();
        }
    }

    private void Step()
    {
        if (++_steps == _moment) CutNow();
    }

    private void CutNow()
    {
        if (_left is not null) return;
        _left = [];
        foreach (var (path, file) in _files.OrderBy(static file => file.Key, StringComparer.Ordinal))
        {
            if (file.AfterCut(_random) is { } content) _left.Add(path, content);
        }

        _cut.SetResult();
    }
}
