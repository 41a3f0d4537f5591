using Confluent.Kafka;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Kafka;

/// <summary>What the lanes of one broker share.</summary>
internal sealed class KafkaConnection
{
    public required KafkaBrokerOptions Options { get; init; }

    public required Dictionary<string, string> Settings { get; init; }

    public required KafkaRecord Records { get; init; }

    public required RecordProducer Producer { get; init; }

    public required RecordReader Reader { get; init; }

    public required KafkaDeadLetters DeadLetters { get; init; }

    public required KafkaReplays Replays { get; init; }

    public required KafkaLog Log { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>How many partitions the topic of events has.</summary>
    public required int Partitions { get; init; }

    /// <summary>How many the progress topic has.</summary>
    public required int ProgressPartitions { get; init; }

    /// <summary>The partitions of the topic of events.</summary>
    public IReadOnlyList<TopicPartition> Places => [.. Enumerable.Range(0, Partitions).Select(number => new TopicPartition(Options.Topic, number))];

    public Task<TopicPartitionOffset> WriteEventAsync(EventRecord record)
    {
        var message = Records.Write(record);
        message.Timestamp = new Timestamp(Time.GetUtcNow());
        return Producer.WriteAsync(new TopicPartition(Options.Topic, Partition.Any), message);
    }

    public StoredEvent Read(ConsumeResult<byte[]?, byte[]?> result)
    {
        var isOwn = result.Topic == Options.Topic;
        var record = Records.Read(result.Topic, result.Partition, result.Offset, result.Message);
        return new(result.Offset, new DateTimeOffset(result.Message.Timestamp.UtcDateTime, TimeSpan.Zero), isOwn ? record : record.In(result.Topic))
        {
            Lane = !isOwn ? GroupPlaces.Foreign + result.Partition : Partitions == 1 ? null : result.Partition,
        };
    }
}
