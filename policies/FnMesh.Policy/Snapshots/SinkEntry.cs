using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Where deliveries go: to apps of the mesh, or to one address outside it.</summary>
public sealed record SinkEntry
{
    /// <summary>Weighted choices inside the mesh; empty when <see cref="Uri"/> is an absolute address.</summary>
    public required ImmutableArray<BackendEntry> Backends { get; init; }

    /// <summary>With backends: the path and query to post to, beginning with <c>/</c>. Without: an absolute http or https address.</summary>
    public required string Uri { get; init; }

    /// <summary>The resilience of deliveries to an outside address; null when backends carry their own.</summary>
    public ResilienceEntry? Resilience { get; init; }

    /// <summary>How the outside address is asked and convinced; null where only the defaults hold, and with backends.</summary>
    public WebhookEntry? Webhook { get; init; }
}
