using System.Collections.Immutable;

namespace FnMesh.Gateway.Explaining;

/// <summary>What would be decided now.</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Route">The rule of the route that matches, with its place; null for none.</param>
/// <param name="Refused">Why it would not come to a decision; null when it would.</param>
/// <param name="Decisions">One for each way that may be chosen.</param>
internal sealed record Explanation(string Principal, string? Route, string? Refused, ImmutableArray<ExplainedDecision> Decisions);
