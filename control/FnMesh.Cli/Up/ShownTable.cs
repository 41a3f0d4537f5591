using FnMesh.Cli.Output;

namespace FnMesh.Cli.Up;

/// <summary>The table of functions on stdout: all of it at the start, and then what changes. Whoever does not read stdout holds nobody up: what changes meanwhile is shown as one change. A stdout that takes nothing any more is left alone.</summary>
/// <param name="output">Stdout.</param>
/// <param name="say">Told why nothing more is shown.</param>
internal sealed class ShownTable(TextWriter output, Action<string> say)
{
    private readonly Lock _gate = new();
    private IReadOnlyList<string[]> _shown = [];
    private IReadOnlyList<string[]> _latest = [];

    /// <summary>Nothing is shown before the first table.</summary>
    private bool _isWriting = true;

    /// <summary>Shows all of it, and the line behind it.</summary>
    public async Task ShowAsync(IReadOnlyList<string[]> rows, string ready)
    {
        lock (_gate) (_shown, _latest) = (rows, rows);
        if (TextTable.Render(rows) is { Length: > 0 } table && !await TryWriteAsync(table)) return;
        if (await TryWriteAsync(ready)) _ = Task.Run(WriteChangesAsync);
    }

    /// <summary>Has shown what differs from what was shown last, and waits for nothing.</summary>
    public void ShowChanges(IReadOnlyList<string[]> rows)
    {
        lock (_gate)
        {
            _latest = rows;
            if (_isWriting) return;
            _isWriting = true;
        }

        _ = Task.Run(WriteChangesAsync);
    }

    private async Task WriteChangesAsync()
    {
        while (Next() is { } changes)
        {
            if (changes.Length > 0 && !await TryWriteAsync(changes)) return;
        }
    }

    /// <summary>After false nothing is written again: <see cref="_isWriting"/> stays.</summary>
    private async Task<bool> TryWriteAsync(string lines)
    {
        try
        {
            await output.WriteLineAsync(lines);
            await output.FlushAsync();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            say($"fnmesh: stdout takes nothing any more, so the table and 'ready' are not shown there; the mesh goes on: {failure.Message}");
            return false;
        }
    }

    /// <summary>What is to be shown next; null when all is shown.</summary>
    private string? Next()
    {
        IReadOnlyList<string[]> before;
        IReadOnlyList<string[]> now;
        lock (_gate)
        {
            _isWriting = !ReferenceEquals(_shown, _latest);
            if (!_isWriting) return null;
            (before, now) = (_shown, _latest);
            _shown = now;
        }

        return FunctionTable.Changes(before, now);
    }
}
