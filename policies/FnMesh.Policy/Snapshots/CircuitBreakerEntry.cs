namespace FnMesh.Policy.Snapshots;

/// <param name="FailureRatio">Above 0, up to 1.</param>
/// <param name="MinimumThroughput">Calls within <paramref name="Window"/> before the ratio counts; at least 2.</param>
/// <param name="Window">The time that is looked back on; at least 500 ms.</param>
/// <param name="BreakFor">How long calls are refused before one may try again; at least 500 ms.</param>
public sealed record CircuitBreakerEntry(double FailureRatio, int MinimumThroughput, TimeSpan Window, TimeSpan BreakFor);
