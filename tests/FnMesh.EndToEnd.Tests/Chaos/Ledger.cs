namespace FnMesh.EndToEnd.Tests.Chaos;

/// <summary>
/// What was published and what came of it, over all lives of one mesh, and the judgement:
/// <list type="bullet">
/// <item>Every event that got 202 is accepted by the subscriber.</item>
/// <item>Events of a key come in the order of their numbers: once one has come, no earlier one of its key comes. A key's next event is sent only
/// when the one before is settled, so this also says that nothing of a key that was settled is delivered again.</item>
/// <item>Within one life nothing that was accepted comes again; after an orderly end nothing that was accepted in any life before comes again.</item>
/// <item>Of what was accepted in a life that ended by a kill, at most one event of each key comes again in the lives after it, which the rule of order
/// says already, and at most <see cref="MaxInFlight"/> events overall: those that were in flight at the kill.</item>
/// </list>
/// An event whose publication was cut off is in doubt: it may come or not, but if it comes the same rules hold for it.
/// </summary>
internal sealed class Ledger
{
    /// <summary>Deliveries that one subscription has in flight at once.</summary>
    public const int MaxInFlight = 64;

    /// <summary>The load pauses while so many events wait for the subscriber: a run that only piles up events would test little else.</summary>
    private const int MaxOwed = 2_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Key, int Number), int> _acceptedIn = [];
    private readonly Dictionary<string, Reception> _last = [];
    private readonly Dictionary<int, int> _repeatsOf = [];
    private readonly HashSet<(string? Key, int Number)> _owed = [];
    private readonly HashSet<int> _afterOrderlyEnd = [];
    private readonly List<string> _faults = [];
    private TaskCompletionSource? _paid;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _reached;
    private int _target;
    private int _receivedTarget;

    /// <summary>The life of the mesh that goes on now.</summary>
    public int Life { get; private set; }

    /// <summary>Publications that got 202.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Publications that were cut off.</summary>
    public int InDoubt { get; private set; }

    /// <summary>All that came to the subscriber.</summary>
    public int Received { get; private set; }

    /// <summary>Events that came again after they had been accepted.</summary>
    public int Repeated
    {
        get
        {
            lock (_gate) return _repeatsOf.Values.Sum();
        }
    }

    public void BeginLife(bool afterOrderlyEnd)
    {
        lock (_gate)
        {
            Life++;
            if (afterOrderlyEnd) _afterOrderlyEnd.Add(Life);
        }
    }

    /// <summary>A publication got 202.</summary>
    public void Acknowledge(string? key, int number)
    {
        lock (_gate)
        {
            Acknowledged++;
            if (!_acceptedIn.ContainsKey((key, number))) _owed.Add((key, number));
            TellReached();
        }
    }

    /// <summary>A publication was cut off before its answer.</summary>
    public void Doubt()
    {
        lock (_gate) InDoubt++;
    }

    /// <summary>An event came to the subscriber.</summary>
    public void Receive(string? key, int number, bool accepted)
    {
        lock (_gate) Receive(new Reception(Life, key, number, accepted));
    }

    /// <summary>Completes when so many more publications got 202, and so many more events came.</summary>
    public Task ReachedAsync(int acknowledged, int received)
    {
        lock (_gate)
        {
            (_target, _receivedTarget) = (Acknowledged + acknowledged, Received + received);
            _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task;
        }
    }

    /// <summary>Completes when the subscriber is not too far behind for one more publication.</summary>
    public Task RoomAsync()
    {
        lock (_gate)
        {
            if (_owed.Count < MaxOwed) return Task.CompletedTask;
            return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Completes when every event that got 202 has been accepted.</summary>
    public Task PaidAsync()
    {
        lock (_gate)
        {
            _paid = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_owed.Count == 0) _paid.SetResult();
            return _paid.Task;
        }
    }

    /// <summary>Events that got 202 and have not been accepted.</summary>
    public IReadOnlyList<(string? Key, int Number)> Owed
    {
        get
        {
            lock (_gate) return [.. _owed];
        }
    }

    /// <summary>What broke the rules, a sentence each, at most a hundred.</summary>
    public IReadOnlyList<string> Judge()
    {
        lock (_gate)
        {
            return
            [
                .. _owed.Select(lost => $"{Name(lost.Key, lost.Number)} got 202 and was never accepted by the subscriber").Take(50),
                .. _repeatsOf.Where(life => life.Value > MaxInFlight).Select(life => $"{life.Value} events accepted in life {life.Key} came again, more than the {MaxInFlight} that can have been in flight at its end"),
                .. _faults.Take(50),
            ];
        }
    }

    public override string ToString()
    {
        lock (_gate) return $"life {Life}: {Acknowledged} published, {InDoubt} in doubt, {_owed.Count} not accepted yet ({string.Join(", ", _owed.Take(5).Select(owed => Name(owed.Key, owed.Number)))}), {Received} received";
    }

    private static string Name(string? key, int number) => key is null ? $"event {number} without a key" : $"event {number} of key {key}";

    private void TellReached()
    {
        if (Acknowledged >= _target && Received >= _receivedTarget) _reached?.TrySetResult();
    }

    private void Receive(Reception reception)
    {
        Received++;
        TellReached();
        var id = (reception.Key, reception.Number);
        if (reception.Key is { } key)
        {
            if (_last.TryGetValue(key, out var last) && last.Number > reception.Number)
                _faults.Add($"{Name(key, reception.Number)} came in life {reception.Life}, after event {last.Number} had come in life {last.Life}");
            else _last[key] = reception;
        }

        if (_acceptedIn.TryGetValue(id, out var life))
        {
            _repeatsOf[life] = _repeatsOf.GetValueOrDefault(life) + 1;
            if (life == reception.Life) _faults.Add($"{Name(reception.Key, reception.Number)} came again in life {life}, in which it had been accepted");
            else if (_afterOrderlyEnd.Contains(reception.Life)) _faults.Add($"{Name(reception.Key, reception.Number)}, accepted in life {life}, came again after an orderly end");
        }

        if (!reception.Accepted) return;
        _acceptedIn[id] = reception.Life;
        if (!_owed.Remove(id)) return;
        if (_owed.Count == 0) _paid?.TrySetResult();
        if (_owed.Count >= MaxOwed) return;
        _room?.TrySetResult();
        _room = null;
    }
}
