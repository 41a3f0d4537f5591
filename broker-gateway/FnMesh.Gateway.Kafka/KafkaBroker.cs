using Confluent.Kafka;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Kafka;

/// <summary>The broker of several gateways: a topic of events, a consumer group for each subscription, a partition for each lane.</summary>
internal sealed class KafkaBroker : IBroker
{
    /// <summary>How far back each partition is searched for events that people ask for by id or type: Kafka keeps no index.</summary>
    private const int Searched = 1_000;

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

    public async ValueTask<ILanes> OpenAsync(string subscription, CancellationToken cancel)
    {
        var group = new KafkaGroup(_kafka, subscription);
        try
        {
            await group.RegisterAsync(cancel);
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel)
    {
        if (query.Before is not null) throw new BrokerException("Kafka keeps no order over partitions, so that events are listed from the newest alone; read further back with a client of Kafka");
        List<StoredEvent> found = [];
        var depth = query.Type is null && query.Id is null ? query.Limit : Searched;
        for (var number = 0; number < _kafka.Partitions; number++)
        {
            var place = new TopicPartition(_kafka.Options.Topic, number);
            var ends = await _kafka.Reader.EndsAsync(place, cancel);
            var read = await _kafka.Reader.ReadAsync(place, ends.High.Value - depth, null, depth, cancel);
            found.AddRange(read.Select(_kafka.Read).Where(stored => (query.Type ?? stored.Event.Type) == stored.Event.Type && (query.Id ?? stored.Event.Id) == stored.Event.Id));
        }

        return new([.. found.OrderByDescending(static stored => stored.Received).Take(query.Limit)], null);
    }

    public ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel) => _kafka.DeadLetters.ListAsync(query, cancel);

    public async ValueTask DisposeAsync()
    {
        await Task.Run(_kafka.Producer.Dispose);
        await Task.Run(_kafka.Reader.Dispose);
    }

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
