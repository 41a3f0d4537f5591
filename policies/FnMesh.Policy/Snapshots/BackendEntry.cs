namespace FnMesh.Policy.Snapshots;

/// <summary>A place that traffic may go to, with the resilience that holds on this way to it.</summary>
public sealed record BackendEntry
{
    public required string App { get; init; }

    /// <summary>One revision; null means the app, whose traffic shares apply.</summary>
    public string? Revision { get; init; }

    /// <summary>0 to 1,000,000; the share is the weight divided by the sum.</summary>
    public required int Weight { get; init; }

    public required ResilienceEntry Resilience { get; init; }

    /// <summary>What is done to the calls that go there, after what the rule does; null for nothing.</summary>
    public FiltersEntry? Filters { get; init; }
}
