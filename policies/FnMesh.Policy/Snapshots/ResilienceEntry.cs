using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>The effective TrafficPolicy on one way: every field resolved by precedence, every default filled in.</summary>
public sealed record ResilienceEntry
{
    /// <summary>The time for the whole call with all its attempts; null means none.</summary>
    public TimeSpan? Request { get; init; }

    /// <summary>The time for one attempt; null means only what is left of <see cref="Request"/>.</summary>
    public TimeSpan? BackendRequest { get; init; }

    /// <summary>Repetitions after the first attempt; 0 to 10.</summary>
    public required int RetryAttempts { get; init; }

    /// <summary>Answers that are worth repeating, ordered; 400 to 599.</summary>
    public required ImmutableArray<int> RetryCodes { get; init; }

    /// <summary>The least wait before the first repetition; it doubles from one to the next.</summary>
    public required TimeSpan RetryBackoff { get; init; }

    /// <summary>Whether a method that is not idempotent may be repeated after it was sent.</summary>
    public required bool RetryUnsafeMethods { get; init; }

    /// <summary>How much of a body is kept so that a call can be repeated; 0 to 1 MiB. Null means 64 KiB; always null for deliveries, whose events are kept anyway.</summary>
    public int? RetryBodyBytes { get; init; }

    public required RetryBudgetEntry RetryBudget { get; init; }

    /// <summary>Null means that there is no breaker.</summary>
    public CircuitBreakerEntry? CircuitBreaker { get; init; }

    /// <summary>Null means <see cref="BalancingEntry.Default"/>.</summary>
    public BalancingEntry? Balancing { get; init; }

    /// <summary>Null means that any number may come.</summary>
    public LimitsEntry? Limits { get; init; }

    /// <summary>Null means that bodies may be of any length; always null for deliveries.</summary>
    public BodyLimitEntry? Body { get; init; }

    /// <summary>Null means that nothing goes wrong on purpose.</summary>
    public FaultEntry? Fault { get; init; }

    /// <summary>Null means that <c>Idempotency-Key</c> is the function's affair; always null for deliveries.</summary>
    public IdempotencyEntry? Idempotency { get; init; }
}
