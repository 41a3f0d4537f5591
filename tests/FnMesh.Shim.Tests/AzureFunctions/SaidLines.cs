namespace FnMesh.Shim.Tests.AzureFunctions;

/// <summary>What a worker and what runs it have said, to be waited for.</summary>
internal sealed class SaidLines
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<(bool IsError, string Text)> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<(bool IsError, string Text)> Found)> _waiting = [];

    public IReadOnlyList<(bool IsError, string Text)> All
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    public void Add(bool isError, string text)
    {
        lock (_gate)
        {
            _lines.Add((isError, text));
            foreach (var (_, found) in _waiting.Where(one => one.Wanted(text))) found.TrySetResult((isError, text));
        }
    }

    /// <summary>The first line of all that is wanted.</summary>
    public async Task<(bool IsError, string Text)> FirstAsync(string part)
    {
        var found = new TaskCompletionSource<(bool IsError, string Text)>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var line = _lines.Find(one => one.Text.Contains(part, StringComparison.Ordinal));
            if (line.Text is not null) return line;
            _waiting.Add((text => text.Contains(part, StringComparison.Ordinal), found));
        }

        try
        {
            return await found.Task.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"nobody said '{part}'; said was:\n{string.Join('\n', All.Select(line => line.Text))}");
        }
    }
}
