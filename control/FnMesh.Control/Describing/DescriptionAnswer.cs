using System.Collections.Immutable;
using FnMesh.Control.Http;

namespace FnMesh.Control.Describing;

/// <summary>A resource, how it fares, and what acts on it.</summary>
/// <param name="Resource">As it is written.</param>
/// <param name="Conditions">Accepted, Ready and, of a subscription, Orphaned.</param>
/// <param name="DeclaredBy">The function in code that it comes from, as <c>revision function</c>; null for a file.</param>
/// <param name="Revisions">Of a FunctionApp.</param>
/// <param name="LeadsTo">Where a route or subscription sends what it takes.</param>
/// <param name="ReachedBy">The routes and subscriptions that lead to a FunctionApp.</param>
/// <param name="Effective">What acts on each way, with the origin of every value; of a TrafficPolicy the values that it sets.</param>
/// <param name="Access">Who may, in the order in which it is asked; of an AuthorizationPolicy its own rules.</param>
internal sealed record DescriptionAnswer(
    ResourceAnswer Resource,
    ImmutableArray<ConditionAnswer> Conditions,
    string? DeclaredBy,
    ImmutableArray<RevisionAnswer>? Revisions,
    ImmutableArray<LeadAnswer>? LeadsTo,
    ImmutableArray<string>? ReachedBy,
    ImmutableArray<WayAnswer> Effective,
    ImmutableArray<AccessAnswer> Access);
