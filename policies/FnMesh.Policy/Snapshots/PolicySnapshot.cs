using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>
/// The compiled policy of one mesh: plain data in canonical order, every reference resolved and every default filled in.
/// Two snapshots with the same <see cref="Hash"/> decide alike.
/// </summary>
public sealed record PolicySnapshot
{
    /// <summary>How long SVIDs hold where no Mesh says it.</summary>
    public static readonly TimeSpan DefaultSvidLife = TimeSpan.FromHours(24);

    /// <summary>How many requests a gateway carries at once where no Mesh says it.</summary>
    public const int DefaultInFlight = 20_000;

    /// <summary>Lower-case hexadecimal SHA-256 of the canonical JSON of everything else in the snapshot.</summary>
    public required string Hash { get; init; }

    public required string Mesh { get; init; }

    public required string TrustDomain { get; init; }

    /// <summary>How long SVIDs hold that are signed from now on; null for <see cref="DefaultSvidLife"/>.</summary>
    public TimeSpan? SvidLife { get; init; }

    /// <summary>How many requests a gateway carries at once; null for <see cref="DefaultInFlight"/>.</summary>
    public int? InFlight { get; init; }

    /// <summary>How long the embedded broker keeps what it has; null for <see cref="RetentionEntry.Default"/>.</summary>
    public RetentionEntry? Retention { get; init; }

    /// <summary>How many publications the broker takes through one gateway; null for any number.</summary>
    public LimitsEntry? BrokerLimits { get; init; }

    /// <summary>What holds for deliveries to the outside; null where the defaults do.</summary>
    public WebhooksEntry? Webhooks { get; init; }

    /// <summary>The Kafka that keeps events; null when each gateway keeps them in its data directory.</summary>
    public KafkaEntry? Kafka { get; init; }

    /// <summary>Ordered by namespace, then name; null when there is none.</summary>
    public ImmutableArray<GatewayEntry>? Gateways { get; init; }

    /// <summary>Ordered by name; null when there is none.</summary>
    public ImmutableArray<JwtProviderEntry>? JwtProviders { get; init; }

    /// <summary>Ordered by namespace, then name. Every name in a snapshot is qualified.</summary>
    public required ImmutableArray<AppEntry> Apps { get; init; }

    /// <summary>Ordered by namespace, then name, of one name an HTTPRoute first, which is the order in which equal matches win (Gateway API, HTTPRouteRule.matches).</summary>
    public required ImmutableArray<RouteEntry> Routes { get; init; }

    /// <summary>Ordered by namespace, then name.</summary>
    public required ImmutableArray<SubscriptionEntry> Subscriptions { get; init; }

    /// <summary>One entry for each target of each AuthorizationPolicy, ordered by policy name, then target.</summary>
    public required ImmutableArray<AuthorizationEntry> Authorization { get; init; }
}
