using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// Every event of a subscription that was read and is not settled: waiting in memory, in flight, or parked; and whose turn it is.
/// It reads and writes nothing itself. Its owner guards it.
/// </summary>
internal sealed class Backlog : IAsyncDisposable
{
    private readonly ProgressTracker _tracker;
    private readonly IReadOnlySet<long> _settledAhead;
    private readonly Dictionary<long, ParkedEvent> _notReached = [];
    private readonly Dictionary<string, KeyLine> _lines = [];
    private readonly Turns _turns;
    private readonly Lookahead _lookahead;
    private readonly RedeliveryClock _clock;
    private readonly Pace _pace;
    private readonly TimeProvider _time;
    private readonly Action<Settlement> _record;
    private readonly Dictionary<string, int> _unsettled = [];

    /// <param name="progress">Where the subscription stands; what is parked is given to <see cref="Restore(IReadOnlyList{ParkedEvent})"/>.</param>
    /// <param name="bounds">What it may hold.</param>
    /// <param name="time">The clock of redeliveries.</param>
    /// <param name="due">Called on another thread when <see cref="MoveDue"/> has something to do, or something may begin that had to wait.</param>
    /// <param name="record">Takes what is parked by the way.</param>
    public Backlog(SubscriptionProgress progress, DeliveryBounds bounds, TimeProvider time, Action due, Action<Settlement> record)
    {
        (_tracker, _settledAhead) = (new ProgressTracker(progress.Cursor), progress.SettledAhead);
        (_turns, _lookahead, _clock, _pace) = (new Turns(), new Lookahead(bounds), new RedeliveryClock(time, due), new Pace(time, due));
        (_time, _record) = (time, record);
    }

    /// <summary>Every event before this offset is settled, parked or not for this subscription.</summary>
    public long Cursor => _tracker.Cursor;

    /// <summary>The offset to be read next.</summary>
    public long Next => _tracker.Next;

    public int InFlight => _turns.InFlight;

    public int Parked { get; private set; }

    /// <summary>Parked events by the revision that was given them.</summary>
    public IReadOnlyDictionary<string, int> Unsettled => _unsettled;

    /// <summary>Which events came before; null while nobody asks.</summary>
    public Inbox? Inbox { get; set; }

    /// <summary>Whether something could begin now.</summary>
    public bool Waiting => _turns.Waiting;

    /// <summary>Takes back what was parked before the start. What is overdue calls at once.</summary>
    public void Restore(IReadOnlyList<ParkedEvent> parked)
    {
        Parked = parked.Count;
        foreach (var item in parked)
        {
            if (item.Offset >= _tracker.Cursor) _notReached.Add(item.Offset, item);
            if (!WaitsItsTurn(item)) Restore(item);
        }

        MoveDue();
    }

    /// <inheritdoc cref="Lookahead.Room"/>
    public (int Events, long Bytes) Room(bool glance) => _lookahead.Room(Parked - _notReached.Count, glance);

    /// <inheritdoc cref="Lookahead.WhenChanged"/>
    public Task WhenChanged() => _lookahead.WhenChanged();

    public void Changed() => _lookahead.Changed();

    /// <summary>Takes an event that was read, or passes over it.</summary>
    /// <returns>True when it is passed over because the same came before.</returns>
    public bool Take(StoredEvent stored, SubscriptionRules rules)
    {
        var matches = rules.Matches(stored.Event);
        var known = matches && IsKnown(stored, rules);
        if (_notReached.Remove(stored.Offset, out var parked))
        {
            if (WaitsItsTurn(parked)) Restore(parked);
            _tracker.Skip(stored.Offset);
            return false;
        }

        var isSettled = _settledAhead.Contains(stored.Offset);
        if (isSettled || !matches || known)
        {
            _tracker.Skip(stored.Offset);
            return known && !isSettled;
        }

        _tracker.Open(stored.Offset);
        var key = rules.Delivery.Ordered ? stored.Event["partitionkey"] : null;
        if (stored.Event[EventTimes.Delivery] is { } written && EventTimes.Parse(written) is { } at && at > _time.GetUtcNow()) Delay(stored.Offset, key, at);
        else Enter(stored, key, rules);
        return false;
    }

    /// <summary>Events before an offset, which were not read yet, are no longer in the log: what is parked among them is a dead letter now, and nothing of it waits for its turn any more.</summary>
    public void Lose(long first)
    {
        foreach (var item in _notReached.Values.Where(item => item.Offset < first).ToArray())
        {
            _notReached.Remove(item.Offset);
            if (WaitsItsTurn(item)) Parked--;
        }

        _tracker.Skip(first - 1);
    }

    private void Enter(StoredEvent stored, string? key, SubscriptionRules rules)
    {
        var line = key is null ? null : LineOf(key);
        var delivery = new PendingDelivery { Offset = stored.Offset, Line = line, Stored = stored, Size = EventSize.Of(stored.Event), Rules = rules };
        var mustPark = line is not null && (line.MustPark || !_lookahead.HasShare(line, delivery.Size));
        _lookahead.Enter(delivery);
        line?.Enqueue(delivery);
        if (mustPark) ParkBehind(delivery);
        else if (line is null || line.First == delivery) _turns.Add(delivery);
    }

    /// <inheritdoc cref="Turns.Begin"/>
    public PendingDelivery? Begin(SubscriptionRules rules) => _turns.Begin(rules.Concurrency, _pace, rules.PerSecond, rules.IsHeldToRate);

    /// <summary>A delivery has ended, and its settlement is about to be recorded.</summary>
    /// <returns>The cursor to record with it.</returns>
    public long Pass(PendingDelivery delivery) => _tracker.Pass(delivery.Offset);

    /// <summary>What was begun has ended.</summary>
    public void End(PendingDelivery delivery) => _turns.End(delivery);

    /// <summary>What has ended reached nobody: it is still the first of its line.</summary>
    public void PutBack(PendingDelivery delivery) => _turns.Add(delivery);

    /// <summary>What has ended is recorded: its key goes on, or is parked with it.</summary>
    public void Release(PendingDelivery delivery, Settlement settlement)
    {
        var wasParked = delivery.Parked is not null;
        if (!wasParked) _lookahead.Leave(delivery);
        if (settlement is Settlement.Parked(var parked, _))
        {
            if (!wasParked) Parked++;
            Given(delivery, -1);
            delivery.Parked = parked;
            Given(delivery, 1);
            foreach (var behind in delivery.Line?.All ?? [])
            {
                if (behind.Parked is null) ParkBehind(behind);
            }

            Schedule(delivery);
            return;
        }

        if (wasParked)
        {
            Parked--;
            Given(delivery, -1);
            _lookahead.Changed();
        }

        if (delivery.Line is not { } line) return;
        if (line.Advance() is not { } next) _lines.Remove(line.Key);
        else Schedule(next);
    }

    /// <summary>Lets what is due by now have its turn.</summary>
    public void MoveDue() => _clock.MoveDue(IsDue);

    public async ValueTask DisposeAsync()
    {
        await _clock.DisposeAsync();
        await _pace.DisposeAsync();
    }

    private bool IsKnown(StoredEvent stored, SubscriptionRules rules) =>
        rules.Delivery.DeduplicateWindow is { } window && Inbox is { } inbox && inbox.IsDuplicate(stored, window);

    /// <summary>Its key goes on without it.</summary>
    private void Delay(long offset, string? key, DateTimeOffset at)
    {
        var delivery = new PendingDelivery { Offset = offset, Parked = new ParkedEvent(offset, key, at, 0, 0, []) };
        Parked++;
        _clock.At(delivery, at);
        _record(new Settlement.Parked(delivery.Parked, _tracker.Pass(offset)));
    }

    /// <summary>What was delayed joins its key when its time has come.</summary>
    private void IsDue(PendingDelivery delivery)
    {
        if (delivery is { Line: null, Parked: { IsDelayed: true, Key: { } key } })
        {
            delivery.Line = LineOf(key);
            delivery.Line.Enqueue(delivery);
            if (delivery.Line.First != delivery) return;
        }

        _turns.Add(delivery);
    }

    private void Given(PendingDelivery delivery, int count)
    {
        if (delivery.Revision is { } revision && (_unsettled[revision] = _unsettled.GetValueOrDefault(revision) + count) == 0) _unsettled.Remove(revision);
    }

    /// <summary>Before one that was parked behind others of its key, some that were not parked may stand: it is put behind them when reading comes to it.</summary>
    private bool WaitsItsTurn(ParkedEvent item) => item.Due is null && item.Offset >= _tracker.Cursor;

    private void Restore(ParkedEvent item)
    {
        if (item is { IsDelayed: true, Due: { } at })
        {
            _clock.At(new PendingDelivery { Offset = item.Offset, Parked = item }, at);
            return;
        }

        var line = item.Key is null ? null : LineOf(item.Key);
        var delivery = new PendingDelivery { Offset = item.Offset, Line = line, Parked = item };
        Given(delivery, 1);
        line?.Enqueue(delivery);
        if (line is null || line.First == delivery) Schedule(delivery);
    }

    private void ParkBehind(PendingDelivery delivery)
    {
        _lookahead.Leave(delivery);
        Parked++;
        delivery.Line!.ParkedBehind();
        delivery.Parked = new ParkedEvent(delivery.Offset, delivery.Line.Key, null, 0, 0, []);
        _record(new Settlement.Parked(delivery.Parked, _tracker.Pass(delivery.Offset)));
    }

    private void Schedule(PendingDelivery delivery)
    {
        if (delivery.Parked is { IsDelayed: false, Due: { } due }) _clock.After(delivery, due);
        else _turns.Add(delivery);
    }

    private KeyLine LineOf(string key)
    {
        if (!_lines.TryGetValue(key, out var line)) _lines.Add(key, line = new KeyLine(key));
        return line;
    }
}
