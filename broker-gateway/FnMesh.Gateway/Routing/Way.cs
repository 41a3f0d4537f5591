using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Faults;
using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Mirroring;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;
using Polly;

namespace FnMesh.Gateway.Routing;

/// <summary>A backend together with the resilience that holds on this way to it.</summary>
internal sealed class Way
{
    public required Backend Backend { get; init; }

    public required ResilienceEntry Resilience { get; init; }

    /// <summary>What is done to the calls that go this way, after what the rule does; null for nothing.</summary>
    public CallFilters? Filters { get; init; }

    /// <summary>Who gets copies of the calls that go this way; null for nobody.</summary>
    public Mirror[]? Mirrors { get; init; }

    /// <summary>Chooses among the backend's endpoints.</summary>
    public required Balancer Balancer { get; init; }

    public required RetryBudget Budget { get; init; }

    /// <summary>Null when the policy has none.</summary>
    public CircuitBreaker? Breaker { get; init; }

    /// <summary>Null when any number may come.</summary>
    public WayLimits? Limits { get; init; }

    /// <summary>Null when bodies may be of any length.</summary>
    public BodyLimit? BodyLimit { get; init; }

    /// <summary>Null when nothing goes wrong on purpose.</summary>
    public WayFault? Fault { get; init; }

    /// <summary>Null when keys are the function's affair.</summary>
    public IdempotencyEntry? Idempotency => Resilience.Idempotency;

    /// <summary>Where calls wait while nobody of the backend can be reached; null where they do not: it had no endpoint yet, or is an address outside.</summary>
    public Vacancy? Vacancy { get; init; }

    /// <summary>Where an envelope goes while this way cannot take it; null for nowhere.</summary>
    public Failover? Failover { get; init; }

    /// <summary>What runs after a failure that is worth repeating; null when the policy repeats nothing.</summary>
    public ResiliencePipeline<AttemptResult>? Repeat { get; init; }

    /// <summary>Why an attempt would come to nothing, as a verdict; null when it may be made.</summary>
    public Verdict? CannotServe() => !Balancer.MayServe() ? Verdict.NoEndpoint : Breaker is { IsOpen: true } ? Verdict.BreakerOpen : null;
}
