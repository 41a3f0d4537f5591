namespace FnMesh.Functions;

/// <summary>How a function is run again after it failed.</summary>
/// <param name="Count">How often, after the first time.</param>
/// <param name="Delay">Before the first repetition.</param>
/// <param name="Longest">The longest time between two; null where the time does not grow.</param>
public sealed record FunctionRetry(int Count, TimeSpan Delay, TimeSpan? Longest);
