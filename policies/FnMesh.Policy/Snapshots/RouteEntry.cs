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
    public bool IsFromOutside => Parents.Any(IsOutside);

    /// <summary>Lower case, exact or with a leading <c>*.</c>; empty means every host.</summary>
    public required ImmutableArray<string> Hostnames { get; init; }

    public required ImmutableArray<RouteRuleEntry> Rules { get; init; }

    /// <summary>The rules of other routes by which calls come here, outermost first, whose policies hold too; null for a route with its own parents. A route that is handed calls in several ways has an entry for each.</summary>
    public ImmutableArray<DelegationEntry>? Delegated { get; init; }

    /// <summary>The namespace that the parents are attached from.</summary>
    [JsonIgnore]
    public string Namespace => QualifiedName.NamespaceOf(Delegated is [var outermost, ..] ? outermost.Route : Name);

    /// <summary>
    /// Whether what comes by a parent are calls by members of <see cref="Namespace"/> alone (GAMMA, consumer routes): on <c>mesh</c> for a route of a namespace other than <c>default</c>,
    /// and on an app for one of another namespace than the app's.
    /// </summary>
    /// <param name="parent">One of <see cref="Parents"/>.</param>
    public bool IsConsumerOf(string parent) => !IsOutside(parent) && Namespace != (parent == "mesh" ? QualifiedName.Default : QualifiedName.NamespaceOf(parent));

    private static bool IsOutside(string parent) => parent == "edge" || parent.Contains('/', StringComparison.Ordinal);
}
