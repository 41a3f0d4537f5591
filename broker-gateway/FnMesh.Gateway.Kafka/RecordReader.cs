using Confluent.Kafka;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>Reads topics by offset, in no group. One reading at a time.</summary>
internal sealed class RecordReader(KafkaBrokerOptions options, Dictionary<string, string> settings, KafkaLog log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private IConsumer<byte[]?, byte[]?>? _consumer;

    /// <summary>Reads from an offset on, until the bound, the number or the end of what is there now.</summary>
    /// <param name="place">Where.</param>
    /// <param name="from">The first offset.</param>
    /// <param name="before">The offset to stop at; null for the end.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="mostBytes">Their values' bytes at most, though one comes in any case.</param>
    /// <param name="cancel">Gives up waiting for the turn.</param>
    /// <exception cref="BrokerException">It cannot be read.</exception>
    public async Task<List<ConsumeResult<byte[]?, byte[]?>>> ReadAsync(TopicPartition place, long from, long? before, int most, long mostBytes, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Read(place, from, before, most, mostBytes), cancel);
        }
        catch (KafkaException failed)
        {
            Forget();
            throw KafkaSettings.Failed(options, $"{place} cannot be read", failed);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The first records of partitions that were written at a time or later, or where the next will be.</summary>
    /// <exception cref="BrokerException">Kafka does not answer.</exception>
    public async Task<List<TopicPartitionOffset>> FindAsync(IReadOnlyList<TopicPartition> places, DateTimeOffset time, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Find(Consumer(), places, time), cancel);
        }
        catch (KafkaException failed)
        {
            Forget();
            throw KafkaSettings.Failed(options, $"the records of {time:u} are not found", failed);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The first offset that is there and the next to be written.</summary>
    public async Task<WatermarkOffsets> EndsAsync(TopicPartition place, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Consumer().QueryWatermarkOffsets(place, options.Timeout), cancel);
        }
        catch (KafkaException failed)
        {
            Forget();
            throw KafkaSettings.Failed(options, $"the ends of {place} are not known", failed);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Wait();
        _consumer?.Dispose();
        _turn.Dispose();
    }

    /// <summary>What a client knows of a cluster may be old: after a broker was down one said for a minute that a partition is unknown. The next asks anew.</summary>
    private void Forget()
    {
        var old = _consumer;
        _consumer = null;
        if (old is not null) _ = Task.Run(old.Dispose);
    }

    private List<TopicPartitionOffset> Find(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyList<TopicPartition> places, DateTimeOffset time)
    {
        // A record's time is in whole milliseconds, of which the next is the first that is not before.
        var at = new Timestamp((time.UtcTicks - DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond, TimestampType.CreateTime);
        var found = options.OffsetsForTimes(consumer, [.. places.Select(place => new TopicPartitionTimestamp(place, at))], options.Timeout);
        return [.. found.Select(place => place.Offset.Value >= 0 ? place : new TopicPartitionOffset(place.TopicPartition, consumer.QueryWatermarkOffsets(place.TopicPartition, options.Timeout).High))];
    }

    private List<ConsumeResult<byte[]?, byte[]?>> Read(TopicPartition place, long from, long? before, int most, long mostBytes)
    {
        var consumer = Consumer();
        var ends = consumer.QueryWatermarkOffsets(place, options.Timeout);
        var end = Math.Min(before ?? long.MaxValue, ends.High.Value);
        List<ConsumeResult<byte[]?, byte[]?>> found = [];
        from = Math.Max(from, ends.Low.Value);
        if (from >= end) return found;
        consumer.Assign(new TopicPartitionOffset(place, from));
        try
        {
            while (found.Count < most)
            {
                // Where a topic is compacted the last records before the end may be gone: the end of the partition is told too.
                var next = consumer.Consume(options.Timeout) ?? throw new KafkaException(new Error(ErrorCode.Local_TimedOut, "no records came", false));
                if (next.IsPartitionEOF || next.Offset >= end) break;
                mostBytes -= next.Message.Value?.Length ?? 0;
                if (mostBytes < 0 && found.Count > 0) break;
                found.Add(next);
                if (next.Offset + 1 >= end) break;
            }
        }
        finally
        {
            consumer.Unassign();
        }

        return found;
    }

    private IConsumer<byte[]?, byte[]?> Consumer() => _consumer ??= new ConsumerBuilder<byte[]?, byte[]?>(
        new ConsumerConfig(new Dictionary<string, string>(settings))
        {
            GroupId = $"fnmesh.{options.Mesh}.reader",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 50,
            AllowAutoCreateTopics = false,
        }).SetLogHandler((_, message) => log.Say(message)).Build();
}
