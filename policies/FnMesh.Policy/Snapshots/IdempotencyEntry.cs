namespace FnMesh.Policy.Snapshots;

/// <summary>What a gateway makes of <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header).</summary>
/// <param name="KeepFor">How long a key and its answer are kept; 1 min to 7 days.</param>
/// <param name="IsRequired">Whether POST and PATCH without a key are refused.</param>
public sealed record IdempotencyEntry(TimeSpan KeepFor, bool IsRequired);
