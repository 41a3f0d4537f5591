using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Deliveries;

/// <summary>An event on its way to a subscriber: in memory and never tried, or parked and read from the log again.</summary>
internal sealed class PendingDelivery
{
    public required long Offset { get; init; }

    /// <summary>The line in which it stands; null when order does not matter.</summary>
    public KeyLine? Line { get; set; }

    /// <summary>The event; null while it is parked.</summary>
    public StoredEvent? Stored { get; set; }

    /// <summary>What it weighs in memory.</summary>
    public long Size { get; init; }

    /// <summary>The rules under which it was taken; null when they must be asked again.</summary>
    public SubscriptionRules? Rules { get; init; }

    /// <summary>Its redelivery state; null when it was never parked.</summary>
    public ParkedEvent? Parked { get; set; }

    public bool InFlight { get; set; }

    /// <summary>Where the last attempt that reached somebody went: a redelivery goes there too as long as it has a share. Null when nobody was reached.</summary>
    public string? Revision => Parked?.Attempts.LastOrDefault(static attempt => attempt is { Unsent: false, Revision: not null })?.Revision;
}
