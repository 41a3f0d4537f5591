using Confluent.Kafka;

namespace FnMesh.Gateway.Kafka;

/// <summary>Which Kafka, and which of its topics.</summary>
public sealed record KafkaBrokerOptions
{
    /// <summary><c>host:port</c>, several separated by commas.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>The topic of events.</summary>
    public required string Topic { get; init; }

    /// <summary>The mesh's name, which begins the names of its groups.</summary>
    public required string Mesh { get; init; }

    /// <summary>Where <c>kafka.key</c> lies, the key by which gateways know their own records; made when it is missing. Gateways of one mesh share the file's content.</summary>
    public required string KeyDirectory { get; init; }

    /// <summary>A file of librdkafka properties, one <c>name=value</c> a line, for security and tuning; null for none.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Whether missing topics are made by this gateway. Otherwise the cluster makes them when they are first named, or they are there.</summary>
    public bool CreateTopics { get; init; } = true;

    /// <summary>How long Kafka may take to answer before the broker counts as missing.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long Kafka may take to answer when the broker is opened.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a member of a group may be silent before its lanes go to others.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Events that may be on their way to Kafka before publishers are refused.</summary>
    public int QueuedEvents { get; init; } = 20_000;

    /// <summary>Their bytes.</summary>
    public long QueuedBytes { get; init; } = 64 << 20;

    /// <summary>Asks for the first offsets at or after times; the client's own.</summary>
    internal Func<IConsumer<byte[]?, byte[]?>, List<TopicPartitionTimestamp>, TimeSpan, List<TopicPartitionOffset>> OffsetsForTimes { get; init; } =
        static (consumer, times, timeout) => consumer.OffsetsForTimes(times, timeout);

    /// <summary>Compacted: which events are parked, and what was settled ahead.</summary>
    public string ProgressTopic => $"{Topic}.progress";

    /// <summary>Events that subscriptions gave up on.</summary>
    public string DeadLetterTopic => $"{Topic}.dead-letters";

    /// <summary>The consumer group of a subscription.</summary>
    public string GroupOf(string subscription) => $"fnmesh.{Mesh}.{subscription.Replace('/', '.')}";
}
