using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record Mesh(string Name, Origin Origin, string? TrustDomain, bool? AttributeRoutes, Written<TimeSpan>? SvidLife, Written<int>? InFlight, RetentionFields? Retention, WebhooksFields? Webhooks) : WrittenResource(Name, Origin)
{
    /// <summary>The Kafka that keeps its events; null when the gateway keeps them.</summary>
    public KafkaEntry? Kafka { get; init; }
}
