using System.Collections.Immutable;
using System.Globalization;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Reading;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Effective;

/// <summary>Knows which resource a value was written in, by the place where it stands, and so tells of resolved values where they come from.</summary>
internal sealed class FieldOrigins
{
    private const string None = "none";
    private readonly Dictionary<Origin, (string Kind, string Name)> _writers = [];

    /// <summary>Remembers who wrote fields.</summary>
    public void Add(string kind, string name, TrafficFields fields)
    {
        foreach (var field in fields.Fields()) _writers[field.Origin] = (kind, name);
    }

    /// <param name="entry">What acts.</param>
    /// <param name="fields">What was left of what is written, after precedence.</param>
    /// <param name="request">Where the whole time was written; null for the default.</param>
    /// <param name="unsafeMethods">Where it was written; null for the default.</param>
    public ImmutableArray<EffectiveField> Of(ResilienceEntry entry, TrafficFields fields, Origin? request, Origin? unsafeMethods)
    {
        var budget = entry.RetryBudget;
        // A time for one attempt that is cut to the whole time comes from there.
        var isCut = entry.BackendRequest is { } part && part != fields.BackendRequest?.Value;
        return
        [
            Of("timeouts.request", Duration(entry.Request), request),
            Of("timeouts.backendRequest", Duration(entry.BackendRequest), isCut ? request : fields.BackendRequest?.Origin),
            Of("retry.attempts", Number(entry.RetryAttempts), fields.RetryAttempts?.Origin),
            Of("retry.codes", entry.RetryCodes.IsEmpty ? None : string.Join(", ", entry.RetryCodes), fields.RetryCodes?.Origin),
            Of("retry.backoff", Duration(entry.RetryBackoff), fields.RetryBackoff?.Origin),
            Of("retry.unsafeMethods", Flag(entry.RetryUnsafeMethods), unsafeMethods),
            Of("retry.bodyBytes", Number(entry.RetryBodyBytes ?? Defaults.RetryBodyBytes), entry.RetryBodyBytes is null ? null : fields.RetryBodyBytes?.Origin),
            Of("retryConstraint.budget.percent", Number(budget.Percent), fields.BudgetPercent?.Origin),
            Of("retryConstraint.budget.interval", Duration(budget.Interval), fields.BudgetInterval?.Origin),
            Of("retryConstraint.minRetryRate.count", Number(budget.MinCount), fields.MinRetryCount?.Origin),
            Of("retryConstraint.minRetryRate.interval", Duration(budget.MinInterval), fields.MinRetryInterval?.Origin),
            .. Breaker(entry.CircuitBreaker, fields),
            .. Balancing(entry.Balancing ?? BalancingEntry.Default, fields.Balancing),
            .. Limits(entry.Limits, fields.Limits),
            Of("limits.bodyBytes", entry.Body is { } body ? Number(body.Most) : None, entry.Body is null ? null : fields.Limits.BodyBytes?.Origin),
            .. Fault(entry.Fault, fields.Fault),
            .. Idempotency(entry.Idempotency, fields.Idempotency),
        ];
    }

    /// <summary>How long SVIDs hold, and where a mesh says it.</summary>
    public static EffectiveField OfSvidLife(Mesh mesh) => mesh.SvidLife is { } life
        ? new("identity.ttl", Durations.Format(life.Value), "Mesh", mesh.Name, life.Origin)
        : new("identity.ttl", Durations.Format(PolicySnapshot.DefaultSvidLife), null, null, null);

    private IEnumerable<EffectiveField> Breaker(CircuitBreakerEntry? breaker, TrafficFields fields) => breaker is null
        ? [Of("circuitBreaker", None, null)]
        :
        [
            Of("circuitBreaker.failureRatio", breaker.FailureRatio.ToString(CultureInfo.InvariantCulture), fields.FailureRatio?.Origin),
            Of("circuitBreaker.minimumThroughput", Number(breaker.MinimumThroughput), fields.MinimumThroughput?.Origin),
            Of("circuitBreaker.window", Duration(breaker.Window), fields.BreakerWindow?.Origin),
            Of("circuitBreaker.breakFor", Duration(breaker.BreakFor), fields.BreakFor?.Origin),
        ];

    public ImmutableArray<EffectiveField> OfCheck(HealthCheckEntry? check, HealthCheckFields fields) => check is null
        ? [Of("healthCheck", None, null)]
        :
        [
            check.Path is { } path ? Of("healthCheck.path", path, fields.Place()) : Of("healthCheck.grpc.service", check.GrpcService is { Length: > 0 } service ? service : "(the whole server)", fields.Place()),
            Of("healthCheck.interval", Duration(check.Interval), fields.Interval?.Origin),
            Of("healthCheck.timeout", Duration(check.Timeout), fields.Timeout?.Origin),
            Of("healthCheck.unhealthyThreshold", Number(check.UnhealthyThreshold), fields.UnhealthyThreshold?.Origin),
            Of("healthCheck.healthyThreshold", Number(check.HealthyThreshold), fields.HealthyThreshold?.Origin),
            .. check.Path is null ? (EffectiveField[])[] : [Of("healthCheck.expectedStatuses", check.ExpectedStatuses.IsEmpty ? "200-299" : string.Join(", ", check.ExpectedStatuses), fields.ExpectedStatuses?.Origin)],
        ];

    private IEnumerable<EffectiveField> Balancing(BalancingEntry entry, BalancingFields fields) =>
    [
        Of("loadBalancing.algorithm", entry.Algorithm.ToString(), fields.Algorithm?.Origin),
        Of("loadBalancing.zonePreference", Flag(entry.ZonePreference), fields.ZonePreference?.Origin),
        Of("outlierDetection.consecutiveFailures", Number(entry.Outlier.ConsecutiveFailures), fields.ConsecutiveFailures?.Origin),
        Of("outlierDetection.ejectFor", Duration(entry.Outlier.EjectFor), fields.EjectFor?.Origin),
        Of("outlierDetection.maxEjectedPercent", Number(entry.Outlier.MaxEjectedPercent), fields.MaxEjectedPercent?.Origin),
        Of("retry.grpcCodes", entry.GrpcCodes.IsEmpty ? None : string.Join(", ", entry.GrpcCodes.Select(GrpcCodeNames.NameOf)), fields.GrpcCodes?.Origin),
        Of("failover", entry.Failover is { } other ? other.Revision ?? other.App : None, entry.Failover is null ? null : fields.Failover?.Origin),
    ];

    /// <summary>How many calls a gateway carries at once, and where a mesh says it.</summary>
    public static EffectiveField OfInFlight(Mesh mesh) => mesh.InFlight is { } most
        ? new("limits.inFlight", Number(most.Value), "Mesh", mesh.Name, most.Origin)
        : new("limits.inFlight", Number(PolicySnapshot.DefaultInFlight), null, null, null);

    /// <summary>How long the embedded broker keeps what it has, and where a mesh says it.</summary>
    public static ImmutableArray<EffectiveField> OfRetention(Mesh mesh)
    {
        var entry = mesh.Retention?.Entry ?? RetentionEntry.Default;
        return
        [
            Field("broker.embedded.retention.age", Durations.Format(entry.Age), mesh.Retention?.Age?.Origin),
            Field("broker.embedded.retention.bytes", ByteSizes.Format(entry.Bytes), mesh.Retention?.Bytes?.Origin),
            Field("broker.embedded.deadLetters.age", Durations.Format(entry.DeadLetterAge), mesh.Retention?.DeadLetterAge?.Origin),
        ];

        EffectiveField Field(string name, string value, Origin? origin) => origin is null ? new(name, value, null, null, null) : new(name, value, "Mesh", mesh.Name, origin);
    }

    /// <summary>What the broker takes, told with the Mesh.</summary>
    public ImmutableArray<EffectiveField> OfBroker(LimitsEntry entry, LimitFields fields) => [.. Limits(entry, fields).Select(field => field with { Field = $"broker.{field.Field}" })];

    private IEnumerable<EffectiveField> Limits(LimitsEntry? entry, LimitFields fields) => entry is null
        ? [Of("limits", None, null)]
        :
        [
            Of("limits.requestsPerSecond", entry.Rate is { } rate ? Number(rate.PerSecond) : None, fields.RequestsPerSecond?.Origin),
            Of("limits.burst", entry.Rate is { } burst ? Number(burst.Burst) : None, entry.Rate is null ? null : fields.Burst?.Origin),
            Of("limits.inFlight", entry.InFlight is { } most ? Number(most.Most) : None, fields.InFlight?.Origin),
            Of("limits.per", entry.Per switch { LimitPer.Header => "header", LimitPer.Principal => "principal", _ => "target" }, fields.Per?.Origin),
            Of("limits.header", entry.Header ?? None, fields.Header?.Origin),
        ];

    private IEnumerable<EffectiveField> Fault(FaultEntry? entry, FaultFields fields) => entry is null
        ? [Of("fault", None, null)]
        :
        [
            Of("fault.delay.percent", Number(entry.Delay?.Percent ?? 0), fields.DelayPercent?.Origin),
            Of("fault.delay.duration", Duration(entry.Delay?.Duration), fields.DelayDuration?.Origin),
            Of("fault.abort.percent", Number(entry.Abort?.Percent ?? 0), fields.AbortPercent?.Origin),
            Of("fault.abort.status", entry.Abort?.Status is { } status ? Number(status) : None, fields.AbortStatus?.Origin),
            Of("fault.abort.grpcStatus", entry.Abort?.GrpcStatus is { } code ? GrpcCodeNames.NameOf(code) : None, fields.AbortGrpcStatus?.Origin),
            Of("fault.headers", entry.Headers is { } headers ? string.Join(", ", headers.Select(header => header.Name)) : None, fields.Headers?.Origin),
        ];

    private IEnumerable<EffectiveField> Idempotency(IdempotencyEntry? entry, IdempotencyFields fields) => entry is null
        ? [Of("idempotency", None, null)]
        : [Of("idempotency.keepFor", Duration(entry.KeepFor), fields.KeepFor?.Origin), Of("idempotency.required", Flag(entry.IsRequired), fields.Required?.Origin)];

    private EffectiveField Of(string field, string value, Origin? origin) => origin is { } place && _writers.TryGetValue(place, out var writer)
        ? new(field, value, writer.Kind, writer.Name, place)
        : new(field, value, null, null, null);

    private static string Duration(TimeSpan? duration) => duration is { } known ? Durations.Format(known) : None;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool flag) => flag ? "true" : "false";
}
