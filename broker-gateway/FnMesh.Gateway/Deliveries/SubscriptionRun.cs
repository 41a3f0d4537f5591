using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// One life of a subscription, from opening its progress until it stops or cannot record progress. All state is guarded by one lock;
/// settlements are handed to the broker under it, so that each cursor stands only on settlements recorded before.
/// </summary>
internal sealed class SubscriptionRun : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly IBroker _broker;
    private readonly DeliveryOnce _once;
    private readonly Func<SubscriptionRules> _rules;
    private readonly SubscriptionInstruments _instruments;
    private readonly ILogger _logger;
    private readonly CancellationToken _abort;
    private readonly ProgressTracker _tracker;
    private readonly IReadOnlySet<long> _settledAhead;
    private readonly Dictionary<long, ParkedEvent> _notReached = [];
    private readonly Dictionary<string, KeyLine> _lines = [];
    private readonly Turns _turns;
    private readonly Lookahead _lookahead;
    private readonly Func<bool> _reachable;
    private readonly RedeliveryClock _clock;
    private readonly CancellationTokenSource _noMore = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _ending = Task.CompletedTask;
    private long _recorded;
    private int _recording;
    private bool _pumping, _reading, _ended, _waitsForSink;

    public SubscriptionRun(
        string name, SubscriptionProgress progress, IBroker broker, Deliver deliver, Func<bool> reachable, Func<SubscriptionRules> rules,
        DeliveryBounds bounds, SubscriptionInstruments instruments, ILogger logger, TimeProvider time, CancellationToken abort)
    {
        (_name, _broker, _reachable, _rules) = (name, broker, reachable, rules);
        (_turns, _lookahead) = (new Turns(bounds.Concurrency), new Lookahead(bounds));
        _once = new DeliveryOnce(name, broker, deliver, rules, logger, time, abort);
        (_instruments, _logger, _abort) = (instruments, logger, abort);
        _tracker = new ProgressTracker(progress.Cursor);
        _recorded = progress.Cursor;
        _settledAhead = progress.SettledAhead;
        _clock = new RedeliveryClock(time, OnDue);
        lock (_gate) Restore(progress.Parked); // What is overdue fires the clock on another thread at once.
    }

    public long Cursor { get { lock (_gate) return _tracker.Cursor; } }

    public int InFlight => _turns.InFlight;

    public int Parked { get; private set; }

    /// <summary>Why progress could not be recorded; null as long as it can.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Delivers until <see cref="End"/> or a fault, and completes when nothing is in flight any more.</summary>
    public async Task RunAsync()
    {
        lock (_gate) _reading = true;
        Pump();
        try
        {
            await ReadAsync();
        }
        catch (OperationCanceledException) when (_noMore.IsCancellationRequested)
        {
            RecordSkips(1);
        }
#pragma warning disable CA1031 // Whatever ends the reading, the subscription begins again from what is stored.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
        }

        lock (_gate)
        {
            _reading = false;
            CompleteWhenIdle();
        }

        await _idle.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _clock.DisposeAsync();
        await _ending;
        _noMore.Dispose();
    }

    /// <summary>Takes nothing new; what is in flight goes on.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
            _ending = _noMore.CancelAsync(); // Never runs those who wait under this lock.
        }
    }

    /// <summary>Endpoints have changed: who waits for one looks again.</summary>
    public void Wake()
    {
        lock (_gate) _lookahead.Changed();
        Pump();
    }

    /// <summary>Records what was looked at and not wanted, before other rules hold.</summary>
    public void RecordSkips(long atLeast)
    {
        lock (_gate)
        {
            if (Fault is null && _tracker.Cursor - _recorded >= atLeast) Record(new Settlement.Skipped(_tracker.Cursor));
        }
    }

    private void Restore(IReadOnlyList<ParkedEvent> parked)
    {
        Parked = parked.Count;
        foreach (var item in parked)
        {
            if (item.Offset >= _tracker.Cursor) _notReached.Add(item.Offset, item);
            if (!WaitsItsTurn(item)) Restore(item);
        }

        _clock.MoveDue(_turns.Again);
    }

    /// <summary>Before one that was parked behind others of its key, some that were not parked may stand: it is put behind them when reading comes to it.</summary>
    private bool WaitsItsTurn(ParkedEvent item) => item.Due is null && item.Offset >= _tracker.Cursor;

    private void Restore(ParkedEvent item)
    {
        var line = item.Key is null ? null : LineOf(item.Key);
        var delivery = new PendingDelivery { Offset = item.Offset, Line = line, Parked = item };
        line?.Enqueue(delivery);
        if (line is null || line.First == delivery) Schedule(delivery);
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            Task? full = null;
            int events;
            long bytes;
            lock (_gate)
            {
                var reachable = _reachable();
                (events, bytes) = _lookahead.Room(Parked - _notReached.Count, glance: !reachable);
                if (events <= 0 || bytes <= 0 || (!reachable && _turns.Waiting)) full = _lookahead.WhenChanged();
            }

            if (full is not null)
            {
                await full.WaitAsync(_noMore.Token);
                continue;
            }

            await _broker.WaitAsync(_tracker.Next, _noMore.Token);
            var batch = await _broker.ReadAsync(_tracker.Next, events, bytes, _noMore.Token);
            lock (_gate)
            {
                _noMore.Token.ThrowIfCancellationRequested();
                foreach (var stored in batch) Take(stored);
            }

            RecordSkips(DeliveryBounds.UnrecordedSkips);
            Pump();
        }
    }

    private void Take(StoredEvent stored)
    {
        if (_notReached.Remove(stored.Offset, out var parked))
        {
            if (WaitsItsTurn(parked)) Restore(parked);
            _tracker.Skip(stored.Offset);
            return;
        }

        var rules = _rules();
        if (_settledAhead.Contains(stored.Offset) || !rules.Matches(stored.Event))
        {
            _tracker.Skip(stored.Offset);
            return;
        }

        _tracker.Open(stored.Offset);
        var key = rules.Delivery.Ordered ? stored.Event["partitionkey"] : null;
        var line = key is null ? null : LineOf(key);
        var delivery = new PendingDelivery { Offset = stored.Offset, Line = line, Stored = stored, Size = EventSize.Of(stored.Event), Rules = rules };
        var mustPark = line is not null && (line.MustPark || !_lookahead.HasShare(line, delivery.Size));
        _lookahead.Enter(delivery);
        line?.Enqueue(delivery);
        if (mustPark) ParkBehind(delivery);
        else if (line is null || line.First == delivery) _turns.Add(delivery);
    }

    /// <summary>Starts what may start. Never runs twice at once: who comes second leaves the work to the first.</summary>
    private void Pump()
    {
        lock (_gate)
        {
            if (_pumping) return;
            _pumping = true;
        }

        while (TryStart() is { } delivery) _ = DeliverAsync(delivery);
    }

    private PendingDelivery? TryStart()
    {
        lock (_gate)
        {
            if (!_ended && Fault is null && SomebodyIsThere() && _turns.Begin() is { } delivery) return delivery;
            _pumping = false;
            return null;
        }
    }

    private bool SomebodyIsThere()
    {
        if (_reachable()) return !(_waitsForSink = false);
        if (_turns.Waiting && !_waitsForSink) DeliveryLog.Waits(_logger, _name, _rules().Sink);
        _waitsForSink |= _turns.Waiting;
        return false;
    }

    private async Task DeliverAsync(PendingDelivery delivery)
    {
        ValueTask recorded = default;
        var settled = await _once.RunAsync(delivery);
        if (settled is null && _once.Fault is { } fault) Fail(fault);
        var settlement = settled?.Settlement;
        lock (_gate)
        {
            if (settlement is null || Fault is not null || _abort.IsCancellationRequested) settlement = null;
            else recorded = Hand(settlement = settlement with { Cursor = _tracker.Pass(delivery.Offset) });
        }

        var durable = settlement is not null && await IsDurableAsync(recorded);
        if (durable) settled!.Value.Report(_instruments, _logger);
        lock (_gate)
        {
            _turns.End(delivery);
            if (durable) Release(delivery, settlement!);
            else if (settled is null) _turns.Add(delivery); // Still the first of its line.
            CompleteWhenIdle();
        }

        Pump();
    }

    private void Release(PendingDelivery delivery, Settlement settlement)
    {
        var wasParked = delivery.Parked is not null;
        if (!wasParked) _lookahead.Leave(delivery);
        if (settlement is Settlement.Parked(var parked, _))
        {
            if (!wasParked) Parked++;
            delivery.Parked = parked;
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
            _lookahead.Changed();
        }

        if (delivery.Line is not { } line) return;
        if (line.Advance() is not { } next) _lines.Remove(line.Key);
        else Schedule(next);
    }

    private void ParkBehind(PendingDelivery delivery)
    {
        _lookahead.Leave(delivery);
        Parked++;
        delivery.Line!.ParkedBehind();
        delivery.Parked = new ParkedEvent(delivery.Offset, delivery.Line.Key, null, 0, 0, []);
        Record(new Settlement.Parked(delivery.Parked, _tracker.Pass(delivery.Offset)));
    }

    private void Schedule(PendingDelivery delivery)
    {
        if (delivery.Parked?.Due is { } due) _clock.Add(delivery, due);
        else _turns.Add(delivery);
    }

    private ValueTask Hand(Settlement settlement)
    {
        _recorded = settlement.Cursor;
        return _broker.SettleAsync(_name, settlement, CancellationToken.None);
    }

    private void Record(Settlement settlement)
    {
        _recording++;
        _ = FinishAsync(Hand(settlement));

        async Task FinishAsync(ValueTask recorded)
        {
            await IsDurableAsync(recorded);
            lock (_gate)
            {
                _recording--;
                CompleteWhenIdle();
            }
        }
    }

    private async ValueTask<bool> IsDurableAsync(ValueTask recorded)
    {
        try
        {
            await recorded;
            return true;
        }
        catch (BrokerException e)
        {
            Fail(e);
            return false;
        }
    }

    private void Fail(Exception cause)
    {
        lock (_gate) Fault ??= cause;
        End();
    }

    private void CompleteWhenIdle()
    {
        if (!_reading && InFlight == 0 && _recording == 0 && (_ended || Fault is not null)) _idle.TrySetResult();
    }

    private void OnDue()
    {
        lock (_gate)
        {
            if (_ended) return;
            _clock.MoveDue(_turns.Again);
        }

        Pump();
    }

    private KeyLine LineOf(string key)
    {
        if (!_lines.TryGetValue(key, out var line)) _lines.Add(key, line = new KeyLine(key));
        return line;
    }
}
