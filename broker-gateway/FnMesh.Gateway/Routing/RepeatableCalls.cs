using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>
/// Which calls a revision's functions allow to be repeated whatever the method. The app routes more exactly than is known here (constraints, precedence, decoding), so that a call
/// holds only when every function that it may reach is idempotent, and one is.
/// </summary>
internal sealed class RepeatableCalls
{
    public static RepeatableCalls None { get; } = new([]);

    private readonly (ImmutableArray<string> Methods, string[] Segments, bool Idempotent)[] _functions;

    private RepeatableCalls(ImmutableArray<DeclaredCall> calls) =>
        _functions = [.. calls.Select(call => (call.Methods, RouteTemplate.Segments(call.Route), call.Idempotent))];

    public static RepeatableCalls Of(ImmutableArray<DeclaredCall>? calls) => calls is { IsDefaultOrEmpty: false } known ? new(known) : None;

    /// <summary>Only asked after a failure: it may allocate.</summary>
    /// <param name="method">In upper case.</param>
    /// <param name="path">As received, without the query.</param>
    public bool Holds(string method, ReadOnlySpan<char> path)
    {
        if (_functions.Length == 0) return false;
        var segments = RouteTemplate.Segments(path.ToString());
        var holds = false;
        foreach (var function in _functions)
        {
            if ((!function.Methods.IsEmpty && !function.Methods.Contains(method)) || !RouteTemplate.MayReach(function.Segments, segments)) continue;
            if (!function.Idempotent) return false;
            holds = true;
        }

        return holds;
    }
}
