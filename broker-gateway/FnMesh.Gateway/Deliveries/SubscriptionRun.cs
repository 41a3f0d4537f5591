using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// One life of a subscription in a lane, from opening its progress until it stops or cannot record progress: it moves events between the log,
/// the <see cref="Backlog"/> and the subscriber. All state is guarded by one lock;
/// settlements are handed to the broker under it, so that each cursor stands only on settlements recorded before.
/// </summary>
internal sealed class SubscriptionRun : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly ILane _lane;
    private readonly DeliveryOnce _once;
    private readonly Func<SubscriptionRules> _rules;
    private readonly SubscriptionInstruments _instruments;
    private readonly ILogger _logger;
    private readonly CancellationToken _abort;
    private readonly Func<bool> _reachable;
    private readonly Backlog _backlog;
    private readonly CancellationTokenSource _noMore = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _ending = Task.CompletedTask;
    private long _recorded;
    private int _recording;
    private bool _pumping, _reading, _ended, _waitsForSink;

    public SubscriptionRun(
        string name, SubscriptionProgress progress, ILane lane, Deliver deliver, Func<bool> reachable, Func<SubscriptionRules> rules,
        DeliveryBounds bounds, SubscriptionInstruments instruments, ILogger logger, TimeProvider time, CancellationToken abort)
    {
        (_name, _lane, _reachable, _rules) = (name, lane, reachable, rules);
        _once = new DeliveryOnce(name, lane, deliver, rules, logger, time, abort);
        (_instruments, _logger, _abort) = (instruments, logger, abort);
        _recorded = progress.Cursor;
        _backlog = new Backlog(progress, bounds, time, OnDue, Record);
        lock (_gate) _backlog.Restore(progress.Parked); // What is overdue fires the clock on another thread at once.
    }

    public long Cursor { get { lock (_gate) return _backlog.Cursor; } }

    public int InFlight => _backlog.InFlight;

    public int Parked => _backlog.Parked;

    /// <inheritdoc cref="Backlog.Unsettled"/>
    public IReadOnlyDictionary<string, int> Unsettled { get { lock (_gate) return new Dictionary<string, int>(_backlog.Unsettled); } }

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
        await _backlog.DisposeAsync();
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
        lock (_gate) _backlog.Changed();
        Pump();
    }

    /// <summary>Records what was looked at and not wanted, before other rules hold.</summary>
    public void RecordSkips(long atLeast)
    {
        lock (_gate)
        {
            if (Fault is null && _backlog.Cursor - _recorded >= atLeast) Record(new Settlement.Skipped(_backlog.Cursor));
        }
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
                var paused = _rules().IsPaused;
                var reachable = !paused && _reachable();
                (events, bytes) = _backlog.Room(glance: !reachable);
                if (paused || events <= 0 || bytes <= 0 || (!reachable && _backlog.Waiting)) full = _backlog.WhenChanged();
            }

            if (full is not null)
            {
                await full.WaitAsync(_noMore.Token);
                continue;
            }

            await _lane.WaitAsync(_backlog.Next, _noMore.Token);
            var batch = await _lane.ReadAsync(_backlog.Next, events, bytes, _noMore.Token);
            await RememberAsync();
            lock (_gate)
            {
                _noMore.Token.ThrowIfCancellationRequested();
                PassLost(batch.Count > 0 ? batch[0].Offset : long.MaxValue);
                var rules = _rules();
                foreach (var stored in batch)
                {
                    if (_backlog.Take(stored, rules)) _instruments.Duplicates.Add();
                }
            }

            RecordSkips(DeliveryBounds.UnrecordedSkips);
            Pump();
        }
    }

    /// <summary>Reads what came before, from when on somebody asks, and again for a window that is longer than what is remembered.</summary>
    private async ValueTask RememberAsync()
    {
        var rules = _rules();
        if (rules.Delivery.DeduplicateWindow is not { } window) _backlog.Inbox = null;
        else if (_backlog.Inbox is not { } inbox || inbox.Window < window) _backlog.Inbox = await Inbox.ReadAsync(_lane, _backlog.Next, rules, DeliveryBounds.Remembered, _noMore.Token);
    }

    /// <summary>Of events that the log no longer keeps nobody knows whether they were for the subscription.</summary>
    private void PassLost(long next)
    {
        var first = Math.Min(next, _lane.First);
        var lost = first - _backlog.Next;
        if (lost <= 0) return;
        _instruments.Lost.Add(lost);
        DeliveryLog.Lost(_logger, _name, lost, _backlog.Next, first - 1);
        _backlog.Lose(first);
        RecordSkips(1); // They are told once.
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
            if (!_ended && Fault is null && SomebodyIsThere() && _backlog.Begin(_rules()) is { } delivery) return delivery;
            _pumping = false;
            return null;
        }
    }

    private bool SomebodyIsThere()
    {
        if (_rules().IsPaused) return false;
        var reachable = _reachable();
        if (reachable) _waitsForSink = false;
        else if (_backlog.Waiting && !_waitsForSink)
        {
            _waitsForSink = true;
            DeliveryLog.Waits(_logger, _name, _rules().Sink, _rules().Consent?.WhyClosed ?? "no endpoint is ready");
        }

        return reachable;
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
            else recorded = Hand(settlement = settlement with { Cursor = _backlog.Pass(delivery) });
        }

        var durable = settlement is not null && await IsDurableAsync(recorded);
        if (durable) settled!.Value.Report(_instruments, _logger);
        lock (_gate)
        {
            _backlog.End(delivery);
            if (durable) _backlog.Release(delivery, settlement!);
            else if (settled is null) _backlog.PutBack(delivery);
            CompleteWhenIdle();
        }

        Pump();
    }

    private ValueTask Hand(Settlement settlement)
    {
        _recorded = settlement.Cursor;
        return _lane.SettleAsync(settlement, CancellationToken.None);
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
            _backlog.MoveDue();
        }

        Pump();
    }
}
