namespace FnMesh.Node.Admin;

/// <summary>What a role tells of itself to whoever watches it.</summary>
public sealed record AdminOptions
{
    /// <summary>Everything that is measured, in Prometheus' text format, version 0.0.4; from any thread.</summary>
    public required Func<string> Metrics { get; init; }

    /// <summary>Why it is not ready; null when it is. From any thread.</summary>
    public required Func<string?> Unready { get; init; }
}
