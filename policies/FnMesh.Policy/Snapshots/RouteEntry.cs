using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FnMesh.Policy.Snapshots;

/// <summary>An HTTPRoute or a GRPCRoute.</summary>
public sealed record RouteEntry
{
    /// <summary>True for a GRPCRoute; null for an HTTPRoute.</summary>
    public bool? IsGrpc { get; init; }

    [JsonIgnore]
    public AuthorizationTargetKind Kind => IsGrpc is true ? AuthorizationTargetKind.GrpcRoute : AuthorizationTargetKind.HttpRoute;

    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>
    /// <c>edge</c> for callers at the port that the gateway was started with, <c>GATEWAY/LISTENER</c> for those at a listener of policy, <c>mesh</c> for every call between functions,
    /// else the name of an app, for calls to it. Ordered; none where no listener accepts the route.
    /// </summary>
    public required ImmutableArray<string> Parents { get; init; }

    /// <summary>Whether callers from outside come to it.</summary>
    [JsonIgnore]
    public bool IsFromOutside => Parents.Any(parent => parent == "edge" || parent.Contains('/', StringComparison.Ordinal));

    /// <summary>Lower case, exact or with a leading <c>*.</c>; empty means every host.</summary>
    public required ImmutableArray<string> Hostnames { get; init; }

    public required ImmutableArray<RouteRuleEntry> Rules { get; init; }
}
