namespace FnMesh.Policy.Snapshots;

/// <summary>Where a limit comes from, and so what it counts together.</summary>
/// <param name="Policy">The TrafficPolicy that sets it.</param>
/// <param name="Target">The target of that policy, such as <c>FunctionApp pricing</c>: all ways that take the limit from there are counted together.</param>
/// <param name="Origin">Where the number stands.</param>
public sealed record LimitSource(string Policy, string Target, Origin Origin);
