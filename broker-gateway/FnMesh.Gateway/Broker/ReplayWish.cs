using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker;

/// <summary>What is to be delivered again, and to whom.</summary>
/// <param name="Source">Where it is taken from.</param>
/// <param name="Subscription">Whose events: those that match its filter, or its dead letters; null for the dead letters of all.</param>
/// <param name="Into">The subscription that gets them; null for the one whose they are.</param>
/// <param name="From">The first offset or id.</param>
/// <param name="To">After the last.</param>
/// <param name="Type">Only this type; null means all.</param>
/// <param name="EventSource">Only this CloudEvents source; null means all.</param>
/// <param name="Subject">Only this subject; null means all.</param>
/// <param name="Rate">Events a second, 1 or more; null for as fast as they are stored.</param>
internal sealed record ReplayWish(
    ReplaySource Source, string? Subscription, string? Into, long From, long To, string? Type = null, string? EventSource = null, string? Subject = null, int? Rate = null)
{
    /// <summary>Whether an event passes the filter by type, source and subject.</summary>
    public bool Wants(EventRecord record) =>
        (Type is null || record.Type == Type) && (EventSource is null || record.Source == EventSource) && (Subject is null || record["subject"] == Subject);
}
