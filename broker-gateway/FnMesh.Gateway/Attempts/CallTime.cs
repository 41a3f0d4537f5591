using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Attempts;

/// <summary>How long a call may take as a whole.</summary>
/// <param name="Limit">Null for any time.</param>
/// <param name="IsCallers">Whether the caller gives up before the policy would.</param>
internal readonly record struct CallTime(TimeSpan? Limit, bool IsCallers)
{
    /// <summary>Whose time it is, for people.</summary>
    public string Whose => IsCallers ? "the caller's deadline" : "request";

    public static CallTime Of(Envelope envelope, Way way) =>
        envelope.CallerTimeout is { } patience && !(way.Resilience.Request <= patience) ? new(patience, true) : new(way.Resilience.Request, false);
}
