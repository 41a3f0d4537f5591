using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Where callers from outside connect, beside the port that the gateway process was started with.</summary>
public sealed record GatewayEntry
{
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>Ordered by name. Of all Gateways together no two share a port and a host name, and those that share a port speak one protocol.</summary>
    public required ImmutableArray<ListenerEntry> Listeners { get; init; }
}
