using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>The fields of a TrafficPolicy, or of a route rule that has some of its own; null is what was left out.</summary>
internal sealed record TrafficFields
{
    public static TrafficFields None { get; } = new();

    /// <summary>Zero means no timeout.</summary>
    public Written<TimeSpan>? Request { get; init; }

    /// <summary>Zero means no timeout.</summary>
    public Written<TimeSpan>? BackendRequest { get; init; }

    public Written<int>? RetryAttempts { get; init; }

    public Written<ImmutableArray<int>>? RetryCodes { get; init; }

    public Written<TimeSpan>? RetryBackoff { get; init; }

    public Written<bool>? RetryUnsafeMethods { get; init; }

    public Written<int>? RetryBodyBytes { get; init; }

    public Written<int>? BudgetPercent { get; init; }

    public Written<TimeSpan>? BudgetInterval { get; init; }

    public Written<int>? MinRetryCount { get; init; }

    public Written<TimeSpan>? MinRetryInterval { get; init; }

    public Written<double>? FailureRatio { get; init; }

    public Written<int>? MinimumThroughput { get; init; }

    public Written<TimeSpan>? BreakerWindow { get; init; }

    public Written<TimeSpan>? BreakFor { get; init; }

    /// <summary>What it says of the choice among endpoints.</summary>
    public BalancingFields Balancing { get; init; } = BalancingFields.None;

    /// <summary>How the endpoints of an app are asked whether they are well.</summary>
    public HealthCheckFields HealthCheck { get; init; } = HealthCheckFields.None;

    /// <summary>How much traffic it lets through.</summary>
    public LimitFields Limits { get; init; } = LimitFields.None;

    /// <summary>What goes wrong on purpose.</summary>
    public FaultFields Fault { get; init; } = FaultFields.None;

    /// <summary>What becomes of calls that come twice.</summary>
    public IdempotencyFields Idempotency { get; init; } = IdempotencyFields.None;

    public bool HasBreaker => FailureRatio is not null || MinimumThroughput is not null || BreakerWindow is not null || BreakFor is not null;

    /// <summary>Field by field: this one where it is written, else the other.</summary>
    public TrafficFields Over(TrafficFields other) => new()
    {
        Request = Request ?? other.Request,
        BackendRequest = BackendRequest ?? other.BackendRequest,
        RetryAttempts = RetryAttempts ?? other.RetryAttempts,
        RetryCodes = RetryCodes ?? other.RetryCodes,
        RetryBackoff = RetryBackoff ?? other.RetryBackoff,
        RetryUnsafeMethods = RetryUnsafeMethods ?? other.RetryUnsafeMethods,
        RetryBodyBytes = RetryBodyBytes ?? other.RetryBodyBytes,
        BudgetPercent = BudgetPercent ?? other.BudgetPercent,
        BudgetInterval = BudgetInterval ?? other.BudgetInterval,
        MinRetryCount = MinRetryCount ?? other.MinRetryCount,
        MinRetryInterval = MinRetryInterval ?? other.MinRetryInterval,
        FailureRatio = FailureRatio ?? other.FailureRatio,
        MinimumThroughput = MinimumThroughput ?? other.MinimumThroughput,
        BreakerWindow = BreakerWindow ?? other.BreakerWindow,
        BreakFor = BreakFor ?? other.BreakFor,
        Balancing = Balancing.Over(other.Balancing),
        HealthCheck = HealthCheck.Over(other.HealthCheck),
        Limits = Limits.Over(other.Limits),
        Fault = Fault.Over(other.Fault),
        Idempotency = Idempotency.Over(other.Idempotency),
    };

    /// <summary>The path and place of every field that is written.</summary>
    public IEnumerable<Written<string>> Fields() =>
        new (string Path, Origin? Origin)[]
        {
            ("timeouts.request", Request?.Origin),
            ("timeouts.backendRequest", BackendRequest?.Origin),
            ("retry.attempts", RetryAttempts?.Origin),
            ("retry.codes", RetryCodes?.Origin),
            ("retry.backoff", RetryBackoff?.Origin),
            ("retry.unsafeMethods", RetryUnsafeMethods?.Origin),
            ("retry.bodyBytes", RetryBodyBytes?.Origin),
            ("retryConstraint.budget.percent", BudgetPercent?.Origin),
            ("retryConstraint.budget.interval", BudgetInterval?.Origin),
            ("retryConstraint.minRetryRate.count", MinRetryCount?.Origin),
            ("retryConstraint.minRetryRate.interval", MinRetryInterval?.Origin),
            ("circuitBreaker.failureRatio", FailureRatio?.Origin),
            ("circuitBreaker.minimumThroughput", MinimumThroughput?.Origin),
            ("circuitBreaker.window", BreakerWindow?.Origin),
            ("circuitBreaker.breakFor", BreakFor?.Origin),
        }
        .Concat(Balancing.Places())
        .Concat(HealthCheck.Places())
        .Concat(Limits.Places())
        .Concat(Fault.Places())
        .Concat(Idempotency.Places())
        .Where(field => field.Origin is not null)
        .Select(field => new Written<string>(field.Path, field.Origin!.Value));
}
