using System.Threading.Channels;
using FnMesh.Control.Folder;
using FnMesh.Policy;

namespace FnMesh.Control;

/// <summary>
/// The policies of a mesh as files: every <c>*.yaml</c> and <c>*.yml</c> below a folder, hidden ones left out. For one user: calls must not overlap.
/// </summary>
/// <param name="directory">The folder of the policies.</param>
/// <param name="workingDirectory">Paths in diagnostics are relative to it.</param>
/// <param name="time">The clock of all waits.</param>
public sealed class PolicyFolder(string directory, string workingDirectory, TimeProvider time)
{
    private const int Tries = 5;

    /// <summary>A file that never stops changing is read as it is then.</summary>
    private const int MaxLooks = 15;

    /// <summary>A save is over when nothing has happened for so long; a save that takes text away (delete, then create) gets <see cref="Doubt"/>.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(500);

    /// <summary>Not every file system tells of changes.</summary>
    private static readonly TimeSpan Rescan = TimeSpan.FromSeconds(1);

    private readonly string _directory = Path.GetFullPath(directory, workingDirectory);
    private readonly FolderReader _reader = new(workingDirectory);
    private FolderListing? _listing;
    private string? _hash;

    /// <summary>Reads and compiles the folder as it is now; what cannot be read is among the diagnostics.</summary>
    public PolicyCompilation Load()
    {
        var reading = TryRead();
        for (var i = 1; reading is null && i < Tries; i++) reading = TryRead();
        reading ??= _reader.Refuse(_directory, FolderCodes.Unreadable, "the files change while they are read; try again");
        _hash = reading.Hash;
        return reading.Compile();
    }

    /// <summary>Compiles the folder each time its content differs from what was loaded last, until cancelled; the latest content wins.</summary>
    /// <param name="changed">Called one at a time; may take long.</param>
    /// <param name="cancel">Ends the watch, which then completes without an exception.</param>
    public async Task WatchAsync(Func<PolicyCompilation, CancellationToken, ValueTask> changed, CancellationToken cancel)
    {
        var touched = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watch = new FolderWatch(_directory, () => touched.Writer.TryWrite(true));
        try
        {
            while (true)
            {
                watch.EnsureStarted();
                var told = await WaitAsync(touched.Reader, cancel);
                if (await TrySettleAsync(told, cancel) is { } reading && reading.Hash != _hash)
                {
                    _hash = reading.Hash;
                    await changed(reading.Compile(), cancel);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
    }

    /// <returns>Null when nothing changed, or the folder is not whole at the moment: the next look comes within <see cref="Rescan"/>.</returns>
    private async Task<FolderReading?> TrySettleAsync(bool told, CancellationToken cancel)
    {
        var known = _listing;
        if (TryList() is not { } seen || (!told && seen.IsSameAs(known))) return null;
        for (var i = 0; i < MaxLooks; i++)
        {
            await Task.Delay(known is not null && seen.LostTextSince(known) ? Doubt : Quiet, time, cancel);
            if (TryList() is not { } now) return null;
            if (now.IsSameAs(seen)) break;
            seen = now;
        }

        return TryRead();
    }

    /// <returns>Whether the file system told of a change; false when it is time for a look of our own.</returns>
    private async Task<bool> WaitAsync(ChannelReader<bool> touched, CancellationToken cancel)
    {
        using var rescan = new CancellationTokenSource(Rescan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(rescan.Token, cancel);
        await ((Task)touched.WaitToReadAsync(either.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return touched.TryRead(out _);
    }

    private FolderReading? TryRead()
    {
        if (TryList(out var fault) is not { } before) return fault;
        var reading = _reader.Read(_directory, before);
        if (reading is null || TryList() is not { } after || !after.IsSameAs(before)) return null;
        _listing = after;
        return reading;
    }

    private FolderListing? TryList() => TryList(out _);

    private FolderListing? TryList(out FolderReading? fault)
    {
        fault = null;
        try
        {
            return FolderListing.Of(_directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            fault = _reader.Refuse(_directory, FolderCodes.Unreadable, $"the folder cannot be read: {error.Message}");
            return null;
        }
    }
}
