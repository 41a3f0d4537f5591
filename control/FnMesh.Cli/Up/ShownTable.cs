using FnMesh.Cli.Output;

namespace FnMesh.Cli.Up;

/// <summary>The table of functions on stdout: all of it at the start, and then what changes.</summary>
internal sealed class ShownTable(TextWriter output) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private IReadOnlyList<string[]>? _rows;

    /// <summary>Shows all of it, and the line behind it.</summary>
    public async Task ShowAsync(IReadOnlyList<string[]> rows, string ready)
    {
        await _turn.WaitAsync();
        try
        {
            _rows = rows;
            if (TextTable.Render(rows) is { Length: > 0 } table) await output.WriteLineAsync(table);
            await output.WriteLineAsync(ready);
            await output.FlushAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Shows what differs from what was shown last; nothing before the first.</summary>
    public async Task ShowChangesAsync(IReadOnlyList<string[]> rows)
    {
        await _turn.WaitAsync();
        try
        {
            if (_rows is not { } before) return;
            _rows = rows;
            if (FunctionTable.Changes(before, rows) is not { Length: > 0 } changes) return;
            await output.WriteLineAsync(changes);
            await output.FlushAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
