namespace FnMesh.Policy.Snapshots;

/// <summary>Where in the log a new subscription begins; one that was registered before goes on where it was. Without a place it is the end.</summary>
public sealed record StartEntry
{
    /// <summary>Where the log begins.</summary>
    public bool? IsEarliest { get; init; }

    /// <summary>At this event, or the first one after it.</summary>
    public long? Offset { get; init; }

    /// <summary>At the first event that the broker took at or after this time.</summary>
    public DateTimeOffset? Time { get; init; }
}
