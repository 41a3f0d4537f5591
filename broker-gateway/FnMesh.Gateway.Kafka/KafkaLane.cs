using System.Globalization;
using Confluent.Kafka;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>A partition of the topic of events while it is assigned to this gateway's member of the subscription's group.</summary>
internal sealed class KafkaLane : ILane
{
    private readonly KafkaConnection _kafka;
    private readonly KafkaGroup _group;
    private readonly TopicPartition _place;
    private readonly LaneBuffer _buffer = new();
    private readonly LaneJournal _journal;
    private readonly LaneWriter _writer;
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _claims, _taken, _paused;
    private bool _opened;
    private long _first, _end, _came;

    public KafkaLane(KafkaConnection kafka, KafkaGroup group, TopicPartition place, int number)
    {
        (_kafka, _group, _place, Number) = (kafka, group, place, number);
        var progress = new TopicPartition(kafka.Options.ProgressTopic, place.Partition.Value % kafka.ProgressPartitions);
        _journal = new LaneJournal(kafka.Reader, kafka.Producer, progress, group.Subscription, number);
        _writer = new LaneWriter(kafka, _journal, offset => group.CommitAsync(new TopicPartitionOffset(place, offset), _closing.Token), group.Subscription);
    }

    public int Number { get; }

    /// <summary>The partition.</summary>
    public TopicPartition Place => _place;

    public long First => Volatile.Read(ref _first);

    public long End => Volatile.Read(ref _end);

    public CancellationToken Leaving => _leaving.Token;

    /// <summary>Completes when nothing of it is in flight any more.</summary>
    public Task Released => _released.Task;

    public async ValueTask<SubscriptionProgress> OpenAsync(CancellationToken cancel)
    {
        _leaving.Token.ThrowIfCancellationRequested();
        var cursor = await _group.CommittedAsync(_place, cancel);
        var (parked, ahead) = await _journal.ClaimAsync(() => string.Create(CultureInfo.InvariantCulture, $"{_group.Member}.{_kafka.Time.GetUtcNow().UtcTicks}.{Interlocked.Increment(ref _claims)}"), cancel);
        ahead.RemoveWhere(offset => offset < cursor);
        // What an owner parked without coming to commit it, and what it parked twice, are one.
        var progress = new SubscriptionProgress(cursor, ahead, parked);
        if (_opened) await _group.SeekAsync(new TopicPartitionOffset(_place, cursor), () => _buffer.Reset(cursor), cancel);
        else _buffer.Begin(cursor);
        _opened = true;
        _writer.Open(progress);
        return progress;
    }

    public async ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel)
    {
        var (events, hasRoom) = _buffer.Take(from, maxEvents, maxBytes);
        if (hasRoom && Interlocked.Exchange(ref _paused, 0) == 1) _group.Resume(_place);
        if (events is not null) return events;
        var again = await _kafka.Reader.ReadAsync(_place, from, null, maxEvents, maxBytes, cancel);
        return [.. again.Select(_kafka.Read)];
    }

    public ValueTask WaitAsync(long offset, CancellationToken cancel) => _buffer.WaitAsync(offset, cancel);

    public async ValueTask SettleAsync(Settlement settlement, CancellationToken cancel) => await _writer.SettleAsync(settlement).WaitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        _buffer.Close(Gone);
        // What is being written now is written to its end before somebody else may begin.
        await _closing.CancelAsync();
        await _writer.CloseAsync(Gone);
        _released.TrySetResult();
    }

    /// <summary>Whoever takes it must dispose of it.</summary>
    /// <returns>False when it left before.</returns>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <summary>A record came.</summary>
    /// <returns>Whether no more should come for now.</returns>
    public bool Add(ConsumeResult<byte[]?, byte[]?> result)
    {
        _came = result.Offset + 1;
        Grow(result.Offset + 1);
        if (!_buffer.Add(_kafka.Read(result))) return false;
        Volatile.Write(ref _paused, 1);
        // Whoever emptied it meanwhile saw no pause, and would not end it.
        return !_buffer.HasRoom || Interlocked.Exchange(ref _paused, 0) == 0;
    }

    /// <summary>The partition's end is known to be there or later.</summary>
    public void Grow(long end) => Raise(ref _end, end);

    /// <summary>The partition's first offset is known to be there or later.</summary>
    public void Shrink(long first) => Raise(ref _first, first);

    /// <summary>Whether offsets are missing, or may be, between the last record that came and this one.</summary>
    public bool Skips(long offset) => offset > _came;

    /// <summary>The lane goes to somebody else, or has gone.</summary>
    /// <returns>Completes when it was disposed of.</returns>
    public Task LeaveAsync()
    {
        _ = _leaving.CancelAsync();
        if (TryTake()) _released.TrySetResult();
        return Released;
    }

    private static void Raise(ref long number, long to)
    {
        for (var now = Volatile.Read(ref number); now < to;)
        {
            var was = Interlocked.CompareExchange(ref number, to, now);
            if (was == now) return;
            now = was;
        }
    }

    private BrokerException Gone => new($"{_place} of subscription '{_group.Subscription}' is another gateway's now");
}
