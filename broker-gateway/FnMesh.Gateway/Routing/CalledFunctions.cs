using System.Collections.Immutable;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>Which functions of a revision a call may reach. The app routes more exactly than is known here, so that they may be more than one.</summary>
internal sealed class CalledFunctions
{
    public static CalledFunctions None { get; } = new([]);

    private readonly (string Name, ImmutableArray<string> Methods, string[] Segments)[] _functions;

    private CalledFunctions(ImmutableArray<DeclaredCall> calls) =>
        _functions = [.. calls.Select(call => (call.Function.ToLowerInvariant(), call.Methods, RouteTemplate.Segments(call.Route)))];

    public static CalledFunctions Of(ImmutableArray<DeclaredCall>? calls) => calls is { IsDefaultOrEmpty: false } known ? new(known) : None;

    /// <summary>Those that a call may reach on its way, by the path that the function will see.</summary>
    /// <param name="call">The call.</param>
    /// <param name="way">Null for nowhere.</param>
    public static string[] Of(Envelope call, Way? way)
    {
        if (way is null) return [];
        // The backend's word is the later one, as in the stage that rewrites.
        var change = way.Filters?.Rewrite?.Path ?? call.Rule?.Filters?.Rewrite?.Path;
        return Of(way.Backend, call.Method, change is null ? call.Path : PathChange.Apply(change, call.Target.Span, call.PathLength));
    }

    /// <param name="backend">Where to.</param>
    /// <param name="method">In upper case.</param>
    /// <param name="target">The path that the function will see; a query is ignored.</param>
    /// <returns>Names in small letters.</returns>
    public static string[] Of(Backend backend, string method, ReadOnlySpan<char> target)
    {
        var path = target.IndexOf('?') is >= 0 and var query ? target[..query] : target;
        return path.StartsWith(FunctionPath.Functions, StringComparison.OrdinalIgnoreCase)
            ? [path[FunctionPath.Functions.Length..].Trim('/').ToString().ToLowerInvariant()]
            // A function's own router may read the path in another way than it stands.
            : [.. PathReadings.Of(path).Aggregate(backend.Functions.At(method, path).AsEnumerable(), (found, reading) => found.Union(backend.Functions.At(method, reading)))];
    }

    private string[] At(string method, ReadOnlySpan<char> path)
    {
        if (_functions.Length == 0) return [];
        var segments = RouteTemplate.Segments(path.ToString());
        return [.. _functions.Where(function => (function.Methods.IsEmpty || function.Methods.Contains(method)) && RouteTemplate.MayReach(function.Segments, segments)).Select(function => function.Name).Distinct()];
    }
}
