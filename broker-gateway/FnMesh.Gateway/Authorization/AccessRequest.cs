using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>Who wants to do what. Method and path are those of a call, the event type that of a publication or delivery.</summary>
internal readonly ref struct AccessRequest
{
    public required Operation Operation { get; init; }

    public required string Principal { get; init; }

    public string Method { get; init; }

    public ReadOnlySpan<char> Path { get; init; }

    public string? EventType { get; init; }

    /// <summary>Whether an ALLOW counts only where it lists paths: what permits calls in general does not permit this one.</summary>
    public bool OnlyByPath { get; init; }
}
