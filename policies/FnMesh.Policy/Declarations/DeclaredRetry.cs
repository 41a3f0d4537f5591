namespace FnMesh.Policy.Declarations;

/// <param name="Count">Redeliveries, after the first time.</param>
/// <param name="Delay">In milliseconds, before the first.</param>
/// <param name="Longest">In milliseconds, between two; null where the time does not grow.</param>
public sealed record DeclaredRetry(int Count, long Delay, long? Longest);
