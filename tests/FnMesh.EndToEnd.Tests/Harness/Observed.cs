namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>What was seen so far, in order, and a way to wait for what is still to come.</summary>
internal sealed class Observed<T>(string name)
{
    private readonly Lock _gate = new();
    private readonly List<T> _items = [];
    private readonly List<(Func<IReadOnlyList<T>, bool> Enough, TaskCompletionSource<IReadOnlyList<T>> Seen)> _waiting = [];
    private bool _ended;

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_gate) return [.. _items];
        }
    }

    public int Count
    {
        get
        {
            lock (_gate) return _items.Count;
        }
    }

    public void Add(T item)
    {
        lock (_gate)
        {
            _items.Add(item);
            Tell();
        }
    }

    /// <summary>Nothing more will be seen: who still waits fails at once.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Tell();
        }
    }

    /// <summary>The first item that is wanted, seen already or not yet.</summary>
    /// <param name="wanted">Chooses it.</param>
    /// <param name="from">How many items are passed over.</param>
    /// <param name="limit">How long it may take; null for the usual.</param>
    public async Task<T> FirstAsync(Func<T, bool> wanted, int from = 0, TimeSpan? limit = null) =>
        (await WhenAsync(items => items.Skip(from).Any(wanted), limit)).Skip(from).First(wanted);

    /// <summary>All that was seen, as soon as so many items are wanted.</summary>
    public Task<IReadOnlyList<T>> AtLeastAsync(int count, Func<T, bool> wanted) => WhenAsync(items => items.Count(wanted) >= count);

    /// <summary>All that was seen, as soon as it is enough.</summary>
    public async Task<IReadOnlyList<T>> WhenAsync(Func<IReadOnlyList<T>, bool> enough, TimeSpan? limit = null)
    {
        var seen = new TaskCompletionSource<IReadOnlyList<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((enough, seen));
            Tell();
        }

        return await Patience.ForAsync(seen.Task, Describe, limit);
    }

    private void Tell()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            var (enough, seen) = _waiting[i];
            if (enough(_items)) seen.SetResult([.. _items]);
            else if (_ended) seen.SetException(new InvalidOperationException($"it ended before what was waited for; {Tail()}"));
            else continue;
            _waiting.RemoveAt(i);
        }
    }

    private string Describe()
    {
        lock (_gate) return Tail();
    }

    private string Tail() => $"{name} saw {_items.Count}, at last:\n{string.Join('\n', _items.TakeLast(60))}";
}
