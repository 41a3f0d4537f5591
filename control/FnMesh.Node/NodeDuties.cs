using FnMesh.Policy.Snapshots;

namespace FnMesh.Node;

/// <summary>What a node does with what control pushes. One call at a time; the latest of several pushes wins.</summary>
public sealed record NodeDuties
{
    /// <summary>Serves the policy from now on, or says why it cannot; then the one before goes on.</summary>
    public Func<PolicySnapshot, CancellationToken, ValueTask<IReadOnlyList<string>>>? Policy { get; init; }

    /// <summary>Serves the endpoints from now on.</summary>
    public Action<EndpointSnapshot>? Endpoints { get; init; }

    /// <summary>What does not work of what the node took, one sentence each; told to control with each heartbeat, <see cref="MostFaults"/> at most.</summary>
    public Func<IReadOnlyList<string>>? Faults { get; init; }

    /// <summary>How many faults control is told, and keeps.</summary>
    public const int MostFaults = 16;

    /// <summary>Told the https addresses of the gateways' mesh listeners.</summary>
    public Action<IReadOnlyList<Uri>>? Gateways { get; init; }
}
