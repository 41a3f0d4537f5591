namespace FnMesh.Gateway.Explaining;

/// <summary>One decision, as it would be taken now.</summary>
/// <param name="Operation">call, publish or deliver.</param>
/// <param name="On">What to.</param>
/// <param name="Permitted">Whether it would be.</param>
/// <param name="Why">The rule, or the default.</param>
/// <param name="Policy">The AuthorizationPolicy that decides; null for the default.</param>
/// <param name="Rule">File, line and column of its rule.</param>
internal sealed record ExplainedDecision(string Operation, string On, bool Permitted, string Why, string? Policy, string? Rule);
