namespace FnMesh.Policy.Snapshots;

/// <summary>Who gets a copy of a call, and never a say in it (Gateway API, HTTPRequestMirrorFilter).</summary>
public sealed record MirrorEntry
{
    public required string App { get; init; }

    /// <summary>One revision; null means the app, whose traffic shares apply.</summary>
    public string? Revision { get; init; }

    /// <summary>Of <see cref="Denominator"/> calls so many are copied; at least 1.</summary>
    public required int Numerator { get; init; }

    public required int Denominator { get; init; }

    /// <summary>The time that a copy may take, and how an endpoint is chosen.</summary>
    public required ResilienceEntry Resilience { get; init; }
}
