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
    private readonly DeliveryBounds _bounds;
    private readonly SubscriptionInstruments _instruments;
    private readonly ILogger _logger;
    private readonly CancellationToken _abort;
    private readonly ProgressTracker _tracker;
    private readonly IReadOnlySet<long> _settledAhead;
    private readonly Dictionary<long, PendingDelivery> _parkedAtStart = [];
    private readonly Dictionary<string, KeyLine> _lines = [];
    private readonly Queue<PendingDelivery> _fresh = new();
    private readonly Queue<PendingDelivery> _again = new();
    private readonly RedeliveryClock _clock;
    private readonly CancellationTokenSource _noMore = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _ending = Task.CompletedTask;
    private TaskCompletionSource? _room;
    private long _recorded;
    private int _lookahead, _redelivering, _recording;
    private long _lookaheadBytes;
    private bool _pumping, _reading, _ended;

    public SubscriptionRun(
        string name, SubscriptionProgress progress, IBroker broker, Deliver deliver, Func<SubscriptionRules> rules, DeliveryBounds bounds,
        SubscriptionInstruments instruments, ILogger logger, TimeProvider time, CancellationToken abort)
    {
        (_name, _broker, _rules, _bounds) = (name, broker, rules, bounds);
        _once = new DeliveryOnce(name, broker, deliver, rules, logger, time, abort);
        (_instruments, _logger, _abort) = (instruments, logger, abort);
        _tracker = new ProgressTracker(progress.Cursor);
        _recorded = progress.Cursor;
        _settledAhead = progress.SettledAhead;
        _clock = new RedeliveryClock(time, OnDue);
        Restore(progress.Parked);
    }

    public long Cursor { get { lock (_gate) return _tracker.Cursor; } }

    public int InFlight { get; private set; }

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
        foreach (var item in parked)
        {
            var line = item.Key is null ? null : LineOf(item.Key);
            var delivery = new PendingDelivery { Offset = item.Offset, Line = line, Parked = item };
            line?.Enqueue(delivery);
            Parked++;
            if (item.Offset >= _tracker.Cursor) _parkedAtStart.Add(item.Offset, delivery);
            if (line is null || line.First == delivery) Schedule(delivery);
        }

        _clock.MoveDue(_again);
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            Task? room = null;
            int events;
            long bytes;
            lock (_gate)
            {
                events = Math.Min(_bounds.Lookahead - _lookahead, _bounds.Parked - Parked - _lookahead);
                bytes = _bounds.LookaheadBytes - _lookaheadBytes;
                if (events <= 0 || bytes <= 0) room = (_room = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            if (room is not null)
            {
                await room.WaitAsync(_noMore.Token);
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
        var rules = _rules();
        if (_settledAhead.Contains(stored.Offset) || _parkedAtStart.Remove(stored.Offset) || !rules.Matches(stored.Event))
        {
            _tracker.Skip(stored.Offset);
            return;
        }

        _tracker.Open(stored.Offset);
        var key = rules.Delivery.Ordered ? stored.Event["partitionkey"] : null;
        var line = key is null ? null : LineOf(key);
        var delivery = new PendingDelivery { Offset = stored.Offset, Line = line, Stored = stored, Size = EventSize.Of(stored.Event), Rules = rules };
        _lookahead++;
        _lookaheadBytes += delivery.Size;
        var mustPark = line is { MustPark: true };
        line?.Enqueue(delivery);
        if (mustPark) ParkBehind(delivery);
        else if (line is null || line.First == delivery) _fresh.Enqueue(delivery);
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
            if (!_ended && Fault is null && InFlight < _bounds.Concurrency)
            {
                var again = _again.Count > 0 && (_fresh.Count == 0 || _redelivering < Math.Max(1, _bounds.Concurrency / 2));
                if ((again ? _again : _fresh).TryDequeue(out var delivery))
                {
                    InFlight++;
                    if (delivery.Parked is not null) _redelivering++;
                    delivery.InFlight = true;
                    return delivery;
                }
            }

            _pumping = false;
            return null;
        }
    }

    private async Task DeliverAsync(PendingDelivery delivery)
    {
        var wasParked = delivery.Parked is not null;
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
            InFlight--;
            if (wasParked) _redelivering--;
            delivery.InFlight = false;
            if (durable) Release(delivery, settlement!, wasParked);
            CompleteWhenIdle();
        }

        Pump();
    }

    private void Release(PendingDelivery delivery, Settlement settlement, bool wasParked)
    {
        if (!wasParked) Forget(delivery);
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

        if (wasParked) Parked--;
        SignalRoom();
        if (delivery.Line is not { } line) return;
        if (line.Advance() is not { } next) _lines.Remove(line.Key);
        else if (next.Parked is null) _fresh.Enqueue(next);
        else Schedule(next);
    }

    private void ParkBehind(PendingDelivery delivery)
    {
        Forget(delivery);
        Parked++;
        delivery.Line!.ParkedBehind();
        delivery.Parked = new ParkedEvent(delivery.Offset, delivery.Line.Key, null, 0, 0, []);
        Record(new Settlement.Parked(delivery.Parked, _tracker.Pass(delivery.Offset)));
    }

    private void Schedule(PendingDelivery delivery)
    {
        if (delivery.Parked?.Due is { } due) _clock.Add(delivery, due);
        else _again.Enqueue(delivery);
    }

    private void Forget(PendingDelivery delivery)
    {
        delivery.Stored = null;
        _lookahead--;
        _lookaheadBytes -= delivery.Size;
        SignalRoom();
    }

    private void SignalRoom()
    {
        _room?.TrySetResult();
        _room = null;
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
            _clock.MoveDue(_again);
        }

        Pump();
    }

    private KeyLine LineOf(string key)
    {
        if (!_lines.TryGetValue(key, out var line)) _lines.Add(key, line = new KeyLine(key));
        return line;
    }
}
