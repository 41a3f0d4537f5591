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

    /// <summary><c>edge</c> for callers from outside, <c>mesh</c> for every call between functions, else the name of an app, for calls to it. Ordered; at least one.</summary>
    /// <remarks>A route of a namespace other than <c>default</c> on <c>mesh</c>, and one of another namespace than the app's, is for calls by members of that <see cref="Namespace"/> alone (GAMMA, consumer routes).</remarks>
    public required ImmutableArray<string> Parents { get; init; }

    /// <summary>Lower case, exact or with a leading <c>*.</c>; empty means every host.</summary>
    public required ImmutableArray<string> Hostnames { get; init; }

    public required ImmutableArray<RouteRuleEntry> Rules { get; init; }

    /// <summary>The rules of other routes by which calls come here, outermost first, whose policies hold too; null for a route with its own parents. A route that is handed calls in several ways has an entry for each.</summary>
    public ImmutableArray<DelegationEntry>? Delegated { get; init; }

    /// <summary>The namespace that the parents are attached from.</summary>
    [JsonIgnore]
    public string Namespace => QualifiedName.NamespaceOf(Delegated is [var outermost, ..] ? outermost.Route : Name);
}
