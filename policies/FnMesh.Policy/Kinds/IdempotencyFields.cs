using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a TrafficPolicy says of keys; null is what was left out.</summary>
internal sealed record IdempotencyFields
{
    public static IdempotencyFields None { get; } = new();

    public Written<TimeSpan>? KeepFor { get; init; }

    public Written<bool>? Required { get; init; }

    /// <summary>Field by field: this one where it is written, else the other.</summary>
    public IdempotencyFields Over(IdempotencyFields other) => new() { KeepFor = KeepFor ?? other.KeepFor, Required = Required ?? other.Required };

    /// <summary>The path and place of every field, whether it is written or not.</summary>
    public IEnumerable<(string Path, Origin? Origin)> Places() => [("idempotency.keepFor", KeepFor?.Origin), ("idempotency.required", Required?.Origin)];

    /// <summary>Null where keys mean nothing to the gateway.</summary>
    public IdempotencyEntry? Entry() => this == None ? null : new(KeepFor?.Value ?? Defaults.KeyKeepFor, Required?.Value ?? false);
}
