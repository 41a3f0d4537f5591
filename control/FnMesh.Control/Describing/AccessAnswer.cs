namespace FnMesh.Control.Describing;

/// <param name="Operation">call, publish or deliver; or all that a rule speaks of.</param>
/// <param name="On">What is protected.</param>
/// <param name="Action">ALLOW or DENY.</param>
/// <param name="Who">Principals.</param>
/// <param name="What">Methods, paths or types of events; empty for all.</param>
/// <param name="From"><c>default</c>, or the policy.</param>
/// <param name="Origin">Where the rule stands; null for the default.</param>
internal sealed record AccessAnswer(string Operation, string On, string Action, string Who, string What, string From, string? Origin);
