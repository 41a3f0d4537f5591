namespace FnMesh.Gateway.Routing;

/// <summary>
/// Breakers, budgets and turns, each kept under the policy that created it. A new table takes over what it still names and leaves the rest behind,
/// so that an edit resets nothing that it did not change.
/// </summary>
internal sealed class LiveState
{
    private readonly Dictionary<object, object> _kept = [];
    private Dictionary<object, object>? _previous;

    public LiveState(LiveState? previous)
    {
        _previous = previous?._kept;
        // Otherwise every generation would hold on to all before it.
        if (previous is not null) previous._previous = null;
    }

    /// <param name="key">A record of everything that made the state; its type tells kinds of state apart.</param>
    /// <param name="create">Called when neither this table nor the one before has it.</param>
    public T Keep<T>(object key, Func<T> create)
        where T : class
    {
        if (_kept.TryGetValue(key, out var kept)) return (T)kept;
        var state = _previous is not null && _previous.TryGetValue(key, out var before) ? (T)before : create();
        _kept.Add(key, state);
        return state;
    }
}
