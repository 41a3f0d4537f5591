namespace FnMesh.Gateway.Idempotency;

/// <summary>What came of asking for a key.</summary>
/// <param name="State">What is known of it.</param>
/// <param name="IsSamePayload">Whether the call that has it was the same; meaningless for a fresh one.</param>
/// <param name="Answer">What it was answered, when that is kept.</param>
internal readonly record struct KeyClaim(KeyState State, bool IsSamePayload = true, KeptAnswer? Answer = null);
