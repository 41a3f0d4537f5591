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
    /// <summary>What is looked at, lane after lane, where the broker has several: then <see cref="From"/> is 0, and <see cref="To"/> how many offsets that are. Null with one lane, whose offsets those are.</summary>
    public IReadOnlyList<LaneRange>? Lanes { get; init; }

    /// <summary>Where in which lane a place between <see cref="From"/> and <see cref="To"/> is, and the end of what is looked at there.</summary>
    public LaneRange At(long place)
    {
        if (Lanes is null) return new(0, place, To);
        foreach (var range in Lanes)
        {
            if (place < range.To - range.From) return range with { From = range.From + place };
            place -= range.To - range.From;
        }

        throw new ArgumentOutOfRangeException(nameof(place));
    }

    /// <summary>Whether an event passes the filter by type, source and subject.</summary>
    public bool Wants(EventRecord record) =>
        (Type is null || record.Type == Type) && (EventSource is null || record.Source == EventSource) && (Subject is null || record["subject"] == Subject);
}
