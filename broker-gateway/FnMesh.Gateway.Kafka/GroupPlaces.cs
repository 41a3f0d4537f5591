using Confluent.Kafka;

namespace FnMesh.Gateway.Kafka;

/// <summary>What a subscription's group reads: the mesh's log, and before it a topic that others write to, if its policy names one.</summary>
/// <param name="Log">The topic of events.</param>
/// <param name="LogPartitions">How many partitions it has.</param>
/// <param name="Topic">The other topic; null for none.</param>
/// <param name="TopicPartitions">How many partitions it has.</param>
internal sealed record GroupPlaces(string Log, int LogPartitions, string? Topic = null, int TopicPartitions = 0)
{
    /// <summary>Lanes of another topic have numbers from here on, so that both topics may get more partitions.</summary>
    public const int Foreign = 1_000_000;

    public IReadOnlyList<string> Topics => Topic is null ? [Log] : [Topic, Log];

    public IReadOnlyList<TopicPartition> All => [.. Places(Topic, TopicPartitions), .. Places(Log, LogPartitions)];

    /// <summary>Whether what stands there was published or is for whoever subscribed to that topic.</summary>
    public bool IsRead(TopicPartition place) => Topic is null || place.Topic == Topic;

    public int LaneOf(TopicPartition place) => place.Topic == Log ? place.Partition : Foreign + place.Partition;

    private static IEnumerable<TopicPartition> Places(string? topic, int partitions) => topic is null ? [] : Enumerable.Range(0, partitions).Select(number => new TopicPartition(topic, number));
}
