using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// Records settlements of a lane, those that wait together as one group: first what must not be lost (replies, dead letters), then what is parked, settled behind a parked event or settled ahead, and last the committed offset,
/// which is the contiguous settled prefix alone. A crash between two of them repeats what was not completed, and loses nothing.
/// </summary>
internal sealed class LaneWriter(KafkaConnection kafka, LaneJournal journal, Func<long, Task> commit, string subscription)
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _parked = [];
    private HashSet<long> _ahead = [];
    private List<PendingSettlement> _waiting = [];
    private long _cursor;
    private Task _running = Task.CompletedTask;
    private bool _writing;
    private BrokerException? _fault = new($"Subscription '{subscription}' is not open; open it first.");

    /// <summary>Begins from what is stored.</summary>
    public void Open(SubscriptionProgress progress)
    {
        lock (_gate)
        {
            (_cursor, _ahead, _fault) = (progress.Cursor, [.. progress.SettledAhead], null);
            _parked.Clear();
            _parked.UnionWith(progress.Parked.Select(static item => item.Offset));
        }
    }

    /// <summary>From now on nothing is recorded; completes when nothing is being recorded any more.</summary>
    public async Task CloseAsync(BrokerException reason)
    {
        Task running;
        lock (_gate)
        {
            _fault ??= reason;
            running = _running;
        }

        await running;
    }

    /// <inheritdoc cref="ILane.SettleAsync"/>
    public Task SettleAsync(Settlement settlement)
    {
        var pending = new PendingSettlement(settlement);
        lock (_gate)
        {
            if (_fault is { } fault) return Task.FromException(fault);
            _waiting.Add(pending);
            if (_writing) return pending.Done;
            _writing = true;
            _running = WriteAsync();
        }

        return pending.Done;
    }

    private async Task WriteAsync()
    {
        await Task.Yield();
        while (true)
        {
            List<PendingSettlement> group;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _writing = false;
                    return;
                }

                (group, _waiting) = (_waiting, []);
            }

            try
            {
                await StoreAsync([.. group.Select(static pending => pending.Settlement)]);
            }
            catch (BrokerException fault)
            {
                lock (_gate)
                {
                    _fault = fault;
                    group.AddRange(_waiting);
                    _waiting = [];
                    _writing = false;
                }

                foreach (var pending in group) pending.Fail(fault);
                return;
            }

            foreach (var pending in group) pending.Complete();
        }
    }

    private async Task StoreAsync(List<Settlement> group)
    {
        var kept = group.OfType<Settlement.Done>().SelectMany(static done => done.Replies).Select(kafka.WriteEventAsync)
            .Concat(group.OfType<Settlement.DeadLettered>().Select(static dead => dead.Letter).Select(kafka.DeadLetters.WriteAsync));
        await Task.WhenAll(kept);

        var cursor = group.Aggregate(_cursor, static (most, settlement) => Math.Max(most, settlement.Cursor));
        Dictionary<long, ParkedEvent> parked = [];
        List<long> unparked = [];
        var aheadGrew = false;
        foreach (var settlement in group)
        {
            switch (settlement)
            {
                case Settlement.Parked(var item, _):
                    parked[item.Offset] = item;
                    _parked.Add(item.Offset);
                    break;
                case Settlement.Done or Settlement.DeadLettered:
                    parked.Remove(settlement.Offset);
                    if (_parked.Remove(settlement.Offset)) unparked.Add(settlement.Offset);
                    if (settlement.Offset >= cursor) aheadGrew |= _ahead.Add(settlement.Offset);
                    break;
                default:
                    break;
            }
        }

        if (parked.Count > 0 || unparked.Count > 0 || aheadGrew) await journal.WriteAsync(parked.Values, unparked, aheadGrew ? _ahead : null);
        if (cursor <= _cursor) return;
        await commit(cursor);
        _cursor = cursor;
        // Not before: until the commit they are what the committed offset does not say.
        _ahead.RemoveWhere(offset => offset < cursor);
    }
}
