using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>A match that gets no call on one parent and host.</summary>
/// <param name="Route">Whose match it is.</param>
/// <param name="Rule">The rule that it stands in.</param>
/// <param name="Match">What matches.</param>
/// <param name="Parent">Where calls come in.</param>
/// <param name="Host">Of the route; empty for every host.</param>
/// <param name="Winner">The route that gets the calls.</param>
/// <param name="WinningRule">Its rule that matches the same.</param>
public sealed record TakenMatch(RouteEntry Route, RouteRuleEntry Rule, RouteMatchEntry Match, string Parent, string Host, RouteEntry Winner, RouteRuleEntry WinningRule);
