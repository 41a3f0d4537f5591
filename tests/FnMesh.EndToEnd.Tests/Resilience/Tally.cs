namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>
/// The account of a steady load and its judge. The rules: a call that may be sent again does not fail; one that may not is served at most once, and fails only where it was in
/// flight at a break; an event that got 202 is delivered, and none of a key after a later one of it.
/// </summary>
internal sealed class Tally
{
    private const int MaxFaults = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _served = [];
    private readonly HashSet<string> _owed = [];
    private readonly HashSet<string> _received = [];
    private readonly Dictionary<string, int> _executed = [];
    private readonly Dictionary<string, int> _last = [];
    private readonly List<string> _faults = [];
    private readonly List<string> _breaks = [];
    private readonly List<(int Until, TaskCompletionSource Met)> _waiting = [];
    private TaskCompletionSource? _paid;
    private Latencies _latencies = new();

    /// <summary>Calls that succeeded.</summary>
    public int Succeeded { get; private set; }

    /// <summary>Rules that were broken; the first of them stand in <see cref="Judge"/>.</summary>
    public int Failed { get; private set; }

    /// <summary>Calls that may not be sent again and broke off in flight.</summary>
    public int BrokeOff { get; private set; }

    /// <summary>Events that got 202.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Publications that broke off, so that nobody knows whether they were taken.</summary>
    public int InDoubt { get; private set; }

    /// <summary>Deliveries of events that had come before.</summary>
    public int Repeated { get; private set; }

    /// <summary>The longest that a call took that succeeded.</summary>
    public TimeSpan Longest { get; private set; }

    public void Succeed(string kind, TimeSpan took)
    {
        lock (_gate)
        {
            Succeeded++;
            _served[kind] = _served.GetValueOrDefault(kind) + 1;
            if (took > Longest) Longest = took;
            _latencies.Add(took);
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Until > Succeeded) continue;
                _waiting[i].Met.TrySetResult();
                _waiting.RemoveAt(i);
            }
        }
    }

    /// <summary>What was in flight and may not be sent again.</summary>
    public void Break(string how)
    {
        lock (_gate)
        {
            BrokeOff++;
            Keep(_breaks, how);
        }
    }

    /// <summary>A publication that may have been taken.</summary>
    public void Doubt(string how)
    {
        lock (_gate)
        {
            InDoubt++;
            Keep(_breaks, how);
        }
    }

    public void Blame(string fault)
    {
        lock (_gate)
        {
            Failed++;
            Keep(_faults, fault);
        }
    }

    public void Acknowledge(string id)
    {
        lock (_gate)
        {
            Acknowledged++;
            if (!_received.Contains(id)) _owed.Add(id);
        }
    }

    /// <summary>An event came to the subscriber.</summary>
    public void Receive(string id)
    {
        lock (_gate)
        {
            if (!_received.Add(id)) Repeated++;
            if (_owed.Remove(id) && _owed.Count == 0) _paid?.TrySetResult();
        }
    }

    /// <summary>An event of a key came to the subscriber.</summary>
    public void Receive(string key, int number)
    {
        lock (_gate)
        {
            var last = _last.GetValueOrDefault(key);
            if (number < last) Blame($"event {number} of {key} came after event {last} of it");
            else _last[key] = number;
            Receive($"{key}.{number}");
        }
    }

    /// <summary>How long calls took since this was asked before.</summary>
    public Latencies TakeLatencies()
    {
        lock (_gate)
        {
            var taken = _latencies;
            _latencies = new();
            return taken;
        }
    }

    /// <summary>A call that may not be served twice came to the function.</summary>
    public void Execute(string id)
    {
        lock (_gate)
        {
            if ((_executed[id] = _executed.GetValueOrDefault(id) + 1) > 1) Blame($"call {id} may not be served twice and was served {_executed[id]} times");
        }
    }

    /// <summary>Completes when so many more calls have succeeded.</summary>
    public Task MoreAsync(int calls)
    {
        lock (_gate)
        {
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Succeeded + calls, met));
            return met.Task;
        }
    }

    /// <summary>Completes when every event that got 202 has come.</summary>
    public Task PaidAsync()
    {
        lock (_gate)
        {
            _paid = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_owed.Count == 0) _paid.SetResult();
            return _paid.Task;
        }
    }

    /// <summary>What broke the rules, a sentence each.</summary>
    public IReadOnlyList<string> Judge()
    {
        lock (_gate) return [.. _owed.Take(50).Select(id => $"event {id} got 202 and never came"), .. _faults];
    }

    /// <summary>What broke the rules since so many had been broken, as far as it is kept.</summary>
    public IReadOnlyList<string> FaultsAfter(int failed)
    {
        lock (_gate) return [.. _faults.Skip(failed)];
    }

    /// <summary>What broke off since so many calls and publications had, as far as it is kept.</summary>
    public IReadOnlyList<string> BreaksAfter(int broken)
    {
        lock (_gate) return [.. _breaks.Skip(broken)];
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return $"{Succeeded} calls succeeded ({string.Join(", ", _served.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Value} {kind.Key}"))}), the slowest in {Longest.TotalSeconds:0.0} s; {BrokeOff} that may not be sent again broke off in flight; "
                + $"{Failed} failed; {Acknowledged} events got 202, {_owed.Count} have not come, {Repeated} came again; {InDoubt} publications broke off";
        }
    }

    private static void Keep(List<string> lines, string line)
    {
        if (lines.Count < MaxFaults) lines.Add(line);
    }
}
