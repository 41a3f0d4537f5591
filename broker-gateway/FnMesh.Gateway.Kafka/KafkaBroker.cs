using Confluent.Kafka;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Kafka;

/// <summary>The broker of several gateways: a topic of events, a consumer group for each subscription, a partition for each lane.</summary>
internal sealed class KafkaBroker : IBroker
{
    private readonly KafkaConnection _kafka;

    private KafkaBroker(KafkaConnection kafka) => _kafka = kafka;

    /// <summary>Connects, and makes sure that the topics are there.</summary>
    /// <exception cref="BrokerException">No broker answers, or it does not let the gateway do what it must.</exception>
    public static async Task<KafkaBroker> OpenAsync(KafkaBrokerOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        var log = new KafkaLog(loggers.CreateLogger<KafkaBroker>());
        var settings = KafkaSettings.Of(options);
        var records = new KafkaRecord(RecordKey.Read(options.KeyDirectory));
        RecordProducer? producer = null;
        try
        {
            producer = new RecordProducer(options, settings, log);
            var partitions = await KafkaTopics.EnsureAsync(options, producer.Handle, cancel);
            var reader = new RecordReader(options, settings, log);
            return new KafkaBroker(new KafkaConnection
            {
                Options = options,
                Settings = settings,
                Records = records,
                Producer = producer,
                Reader = reader,
                Replays = KafkaReplays.Read(options.KeyDirectory),
                DeadLetters = new KafkaDeadLetters(options, records, producer, reader),
                Log = log,
                Time = time,
                Partitions = partitions[options.Topic],
                ProgressPartitions = partitions[options.ProgressTopic],
            });
        }
        catch (Exception fault)
        {
            producer?.Dispose();
            if (fault is InvalidOperationException or ArgumentException) throw new BrokerException($"Kafka cannot be used with these settings: {fault.Message}", fault);
            throw;
        }
    }

    public async ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        cancel.ThrowIfCancellationRequested();
        var bytes = events.Sum(static record => EventSize.Of(record));
        if (!_kafka.Producer.TryEnter(events.Count, bytes)) return null;
        var storing = StoreAsync(events, bytes);
        return (await storing.WaitAsync(cancel))[0].Offset;
    }

    public ValueTask<ILanes> OpenAsync(string subscription, StartEntry? start, CancellationToken cancel) => OpenAsync(new GroupPlaces(_kafka.Options.Topic, _kafka.Partitions), subscription, start, cancel);

    public async ValueTask<ILanes> OpenTopicAsync(string topic, string subscription, StartEntry? start, CancellationToken cancel)
    {
        var partitions = await KafkaTopics.CountAsync(_kafka.Options, _kafka.Producer.Handle, topic, subscription, cancel);
        return await OpenAsync(new GroupPlaces(_kafka.Options.Topic, _kafka.Partitions, topic, partitions), subscription, start, cancel);
    }

    private async ValueTask<ILanes> OpenAsync(GroupPlaces places, string subscription, StartEntry? start, CancellationToken cancel)
    {
        var group = new KafkaGroup(_kafka, places, subscription);
        try
        {
            await group.RegisterAsync(start, cancel);
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<IReadOnlyList<LaneRange>> RangesAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancel)
    {
        var places = _kafka.Places;
        var begin = from is { } since ? await _kafka.Reader.FindAsync(places, since, cancel) : null;
        var end = to is { } until ? await _kafka.Reader.FindAsync(places, until, cancel) : null;
        var ranges = new LaneRange[places.Count];
        for (var number = 0; number < ranges.Length; number++)
        {
            var ends = await _kafka.Reader.EndsAsync(places[number], cancel);
            var first = Math.Max(ends.Low, OffsetOf(begin, number) ?? ends.Low);
            ranges[number] = new(number, first, Math.Max(first, Math.Min(ends.High, OffsetOf(end, number) ?? ends.High)));
        }

        return ranges;
    }

    public async ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(int lane, long from, int maxEvents, long maxBytes, CancellationToken cancel) =>
        [.. (await _kafka.Reader.ReadAsync(new TopicPartition(_kafka.Options.Topic, lane), from, null, maxEvents, maxBytes, cancel)).Select(_kafka.Read)];

    public ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel) => new KafkaSearch(_kafka, this).ListAsync(query, cancel);

    public ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel) => _kafka.DeadLetters.ListAsync(query, cancel);

    public async ValueTask<int> RemoveLettersAsync(IReadOnlyList<long> letters, EventRecord? again, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var removing = _kafka.DeadLetters.RemoveAsync(letters, there => again is not null && there.Count == letters.Count ? _kafka.WriteEventAsync(again) : Task.CompletedTask);
        return (await removing.WaitAsync(cancel)).Count;
    }

    public async ValueTask<Replay> RepeatAsync(Replay replay, IReadOnlyList<EventRecord> events, IReadOnlyList<long> letters, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return await StoreAsync().WaitAsync(cancel);

        async Task<Replay> StoreAsync()
        {
            // In this order: what a crash cuts off is put into the log again, and not lost.
            if (letters.Count == 0) await Task.WhenAll(events.Select(_kafka.WriteEventAsync));
            else
            {
                var there = await _kafka.DeadLetters.RemoveAsync(letters, there => Task.WhenAll(events.Where((_, n) => there.Contains(letters[n])).Select(_kafka.WriteEventAsync)));
                replay = replay with { Events = replay.Events - letters.Count(letter => !there.Contains(letter)) };
            }

            return _kafka.Replays.Store(replay);
        }
    }

    public ValueTask<IReadOnlyList<Replay>> ListReplaysAsync(CancellationToken cancel) => new(_kafka.Replays.All);

    public async ValueTask DisposeAsync()
    {
        await Task.Run(_kafka.Producer.Dispose);
        await Task.Run(_kafka.Reader.Dispose);
        _kafka.DeadLetters.Dispose();
    }

    private static long? OffsetOf(List<TopicPartitionOffset>? found, int partition) => found?.Find(place => place.Partition == partition)?.Offset.Value;

    private async Task<TopicPartitionOffset[]> StoreAsync(IReadOnlyList<EventRecord> events, long bytes)
    {
        try
        {
            return await Task.WhenAll(events.Select(_kafka.WriteEventAsync));
        }
        finally
        {
            _kafka.Producer.Leave(events.Count, bytes);
        }
    }
}
