using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a TrafficPolicy says of limits; null is what was left out.</summary>
internal sealed record LimitFields
{
    public static LimitFields None { get; } = new();

    public Written<int>? RequestsPerSecond { get; init; }

    public Written<int>? Burst { get; init; }

    public Written<int>? InFlight { get; init; }

    /// <summary>Of a call; 0 lets no body through.</summary>
    public Written<int>? BodyBytes { get; init; }

    public Written<LimitPer>? Per { get; init; }

    /// <summary>In lower case.</summary>
    public Written<string>? Header { get; init; }

    /// <summary>The policy and the target that <see cref="RequestsPerSecond"/> comes from.</summary>
    private (string Policy, string Target) RateSource { get; init; }

    /// <summary>The policy and the target that <see cref="InFlight"/> comes from.</summary>
    private (string Policy, string Target) InFlightSource { get; init; }

    /// <summary>The policy and the target that <see cref="BodyBytes"/> comes from.</summary>
    private (string Policy, string Target) BodySource { get; init; }

    /// <summary>The same, set by a policy for one of its targets.</summary>
    public LimitFields Of(string policy, string target) => this == None ? None : this with { RateSource = (policy, target), InFlightSource = (policy, target), BodySource = (policy, target) };

    /// <summary>Field by field: this one where it is written, else the other.</summary>
    public LimitFields Over(LimitFields other) => new()
    {
        RequestsPerSecond = RequestsPerSecond ?? other.RequestsPerSecond,
        Burst = Burst ?? other.Burst,
        InFlight = InFlight ?? other.InFlight,
        BodyBytes = BodyBytes ?? other.BodyBytes,
        // The header belongs to its 'per'.
        Per = Per ?? other.Per,
        Header = Per is null ? other.Header : Header,
        RateSource = RequestsPerSecond is null ? other.RateSource : RateSource,
        InFlightSource = InFlight is null ? other.InFlightSource : InFlightSource,
        BodySource = BodyBytes is null ? other.BodySource : BodySource,
    };

    /// <summary>The path and place of every field, whether it is written or not.</summary>
    public IEnumerable<(string Path, Origin? Origin)> Places() =>
    [
        ("limits.requestsPerSecond", RequestsPerSecond?.Origin),
        ("limits.burst", Burst?.Origin),
        ("limits.inFlight", InFlight?.Origin),
        ("limits.bodyBytes", BodyBytes?.Origin),
        ("limits.per", Per?.Origin),
        ("limits.header", Header?.Origin),
    ];

    /// <summary>Null where bodies may be of any length.</summary>
    public BodyLimitEntry? BodyEntry() => BodyBytes is { } most ? new(most.Value, new(BodySource.Policy, BodySource.Target, most.Origin)) : null;

    /// <summary>Null where nothing is counted.</summary>
    public LimitsEntry? Entry() => RequestsPerSecond is null && InFlight is null ? null : new LimitsEntry
    {
        Per = Per?.Value ?? LimitPer.Target,
        Header = Header?.Value,
        Rate = RequestsPerSecond is { } rate ? new(rate.Value, Burst?.Value ?? rate.Value, new(RateSource.Policy, RateSource.Target, rate.Origin)) : null,
        InFlight = InFlight is { } most ? new(most.Value, new(InFlightSource.Policy, InFlightSource.Target, most.Origin)) : null,
    };
}
