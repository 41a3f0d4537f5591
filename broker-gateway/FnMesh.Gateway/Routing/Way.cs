using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Balancing;
using FnMesh.Policy.Snapshots;
using Polly;

namespace FnMesh.Gateway.Routing;

/// <summary>A backend together with the resilience that holds on this way to it.</summary>
internal sealed class Way
{
    public required Backend Backend { get; init; }

    public required ResilienceEntry Resilience { get; init; }

    /// <summary>Chooses among the backend's endpoints.</summary>
    public required Balancer Balancer { get; init; }

    public required RetryBudget Budget { get; init; }

    /// <summary>Null when the policy has none.</summary>
    public CircuitBreaker? Breaker { get; init; }

    /// <summary>What runs after a failure that is worth repeating; null when the policy repeats nothing.</summary>
    public ResiliencePipeline<AttemptResult>? Repeat { get; init; }
}
