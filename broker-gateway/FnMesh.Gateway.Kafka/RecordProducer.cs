using Confluent.Kafka;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>Writes records, each once and in order of its partition, and knows when all in-sync replicas have them (idempotent, acks=all).</summary>
internal sealed class RecordProducer : IDisposable
{
    private readonly Lock _gate = new();
    private readonly KafkaBrokerOptions _options;
    private readonly ProducerBuilder<byte[]?, byte[]?> _builder;
    private IProducer<byte[]?, byte[]?> _producer;
    private volatile bool _fatal;
    private bool _closed;
    private long _events, _bytes;

    public RecordProducer(KafkaBrokerOptions options, Dictionary<string, string> settings, KafkaLog log)
    {
        _options = options;
        var config = new ProducerConfig(new Dictionary<string, string>(settings))
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            Partitioner = Partitioner.Murmur2Random,
            MessageTimeoutMs = (int)options.Timeout.TotalMilliseconds,
            LingerMs = 1,
            AllowAutoCreateTopics = true,
        };
        _builder = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, message) => log.Say(message)).SetErrorHandler((_, error) =>
        {
            if (error.IsFatal) _fatal = true;
        });
        _producer = _builder.Build();
    }

    /// <summary>Another client of the cluster over the same connections.</summary>
    public Handle Handle => _producer.Handle;

    /// <summary>Takes room for events that are to be written.</summary>
    /// <returns>False when too much is on its way already.</returns>
    public bool TryEnter(long events, long bytes)
    {
        lock (_gate)
        {
            if (_events > 0 && (_events + events > _options.QueuedEvents || _bytes + bytes > _options.QueuedBytes)) return false;
            _events += events;
            _bytes += bytes;
            return true;
        }
    }

    /// <summary>Gives room back.</summary>
    public void Leave(long events, long bytes)
    {
        lock (_gate)
        {
            _events -= events;
            _bytes -= bytes;
        }
    }

    /// <summary>Writes one record. The order of calls is the order within a partition.</summary>
    /// <exception cref="BrokerException">It may not be stored.</exception>
    public Task<TopicPartitionOffset> WriteAsync(TopicPartition place, Message<byte[]?, byte[]?> message)
    {
        var written = new TaskCompletionSource<TopicPartitionOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            Current().Produce(place, message, report =>
            {
                if (report.Error.IsError) written.SetException(Failed(new KafkaException(report.Error)));
                else written.SetResult(report.TopicPartitionOffset);
            });
        }
        catch (KafkaException refused)
        {
            written.SetException(Failed(refused));
        }
        catch (ObjectDisposedException)
        {
            written.SetException(new BrokerException("the broker is closed"));
        }

        return written.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
        }

        _producer.Flush(TimeSpan.FromSeconds(5));
        _producer.Dispose();
    }

    private BrokerException Failed(KafkaException cause) => KafkaSettings.Failed(_options, "what was published may not be stored", cause);

    /// <summary>After a fatal error an idempotent producer writes nothing any more; a new one begins a new sequence.</summary>
    private IProducer<byte[]?, byte[]?> Current()
    {
        if (!_fatal) return _producer;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_fatal) return _producer;
            _fatal = false;
            var old = _producer;
            _producer = _builder.Build();
            _ = Task.Run(old.Dispose);
            return _producer;
        }
    }
}
