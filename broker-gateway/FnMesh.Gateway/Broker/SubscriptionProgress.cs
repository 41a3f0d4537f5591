namespace FnMesh.Gateway.Broker;

/// <summary>What a subscription has behind it.</summary>
/// <param name="Cursor">Every event before this offset is settled or parked.</param>
/// <param name="SettledAhead">Offsets at or after the cursor that are settled all the same.</param>
/// <param name="Parked">Events that wait for a redelivery, or behind one of their key; ordered by offset.</param>
internal sealed record SubscriptionProgress(long Cursor, IReadOnlySet<long> SettledAhead, IReadOnlyList<ParkedEvent> Parked);
