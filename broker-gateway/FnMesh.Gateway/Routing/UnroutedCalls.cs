using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>Why a path that a function has leads nowhere from the edge.</summary>
internal sealed class UnroutedCalls
{
    private readonly (string App, UnroutedCall Call, string[] Segments)[] _calls;

    private UnroutedCalls((string App, UnroutedCall Call, string[] Segments)[] calls) => _calls = calls;

    public static UnroutedCalls None { get; } = new([]);

    /// <summary>Where several revisions of an app declare a function, the last one in its list counts.</summary>
    public static UnroutedCalls Of(PolicySnapshot policy)
    {
        var calls = from app in policy.Apps
                    from call in app.Revisions.Reverse().SelectMany(revision => revision.Unrouted ?? []).DistinctBy(call => call.Function, StringComparer.OrdinalIgnoreCase)
                    select (app.Name, call, RouteTemplate.Segments(call.Route));
        return calls.ToArray() is { Length: > 0 } some ? new(some) : None;
    }

    /// <summary>Which function has the path, and what it lacks; null when none has. Only asked where no route matches: it may allocate.</summary>
    /// <param name="method">In upper case.</param>
    /// <param name="path">As received, without the query.</param>
    public string? Explain(string method, ReadOnlySpan<char> path)
    {
        if (_calls.Length == 0) return null;
        var segments = RouteTemplate.Segments(path.ToString());
        foreach (var (app, call, template) in _calls)
        {
            if ((!call.Methods.IsEmpty && !call.Methods.Contains(method)) || !RouteTemplate.MayReach(template, segments)) continue;
            var has = $"function {call.Function} of {app} has this route";
            return call.Level switch
            {
                null => $"{has}, for the mesh alone; give it AuthorizationLevel.Anonymous or write an HTTPRoute",
                "anonymous" => $"{has}, and levels make no routes here; write an HTTPRoute on edge, or edge.attributeRoutes: true in the Mesh",
                _ => $"{has}, and its level {char.ToUpperInvariant(call.Level[0])}{call.Level[1..]} needs keys, which are not there yet; give it AuthorizationLevel.Anonymous or write an HTTPRoute",
            };
        }

        return null;
    }
}
