using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>What a Subscription may not ask of Kafka, or of a mesh without one, and what means something else there.</summary>
internal static class KafkaSubscriptions
{
    public static void Judge(Subscription subscription, KafkaEntry? kafka, DiagnosticBag diagnostics)
    {
        if (subscription.Topic is { } topic && FaultOf(topic.Value, kafka) is { } fault) diagnostics.Error(DiagnosticCodes.BrokerCannot, topic.Origin, fault);
        if (kafka is null) return;
        if (subscription.Start is { Value.Offset: not null } start)
            diagnostics.Error(DiagnosticCodes.BrokerCannot, start.Origin, $"an offset is a place in each partition of the topic {Quoted.Text(kafka.Topic)} and not one in all of them; write 'start: {{ time: … }}', 'earliest' or 'latest'");
        if (subscription.Delivery.Concurrency is { } concurrency) Warn("concurrency", concurrency.Origin);
        if (subscription.Delivery.Rate is { } rate) Warn("rate", rate.Origin);
        if (subscription.Delivery.DeduplicateWindow is { } window) Warn("deduplicate", window.Origin);

        void Warn(string field, Origin origin) => diagnostics.Warning(
            DiagnosticCodes.BoundOfPartition, origin, $"the partitions of a topic are delivered each by itself, perhaps by several gateways, so that {Quoted.Text(field)} holds for each partition and not for the Subscription");
    }

    private static string? FaultOf(string topic, KafkaEntry? kafka) =>
        kafka is null ? "a 'topic' is one of Kafka's, and this mesh keeps its events itself; give the Mesh 'broker: { kind: kafka }', or remove 'topic'"
        : topic == kafka.Topic ? $"{Quoted.Text(topic)} is the mesh's own topic, which every Subscription reads; remove 'topic'"
        : topic.StartsWith(kafka.Topic + '.', StringComparison.Ordinal) && topic[kafka.Topic.Length..] is ".progress" or ".dead-letters" ? $"{Quoted.Text(topic)} holds no events but what gateways note; see 'fnmesh deadletters'"
        : null;
}
