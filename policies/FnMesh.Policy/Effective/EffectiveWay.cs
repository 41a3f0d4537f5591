using System.Collections.Immutable;

namespace FnMesh.Policy.Effective;

/// <summary>What acts on one way that traffic takes, field by field, after precedence. For people: gateways get the values alone.</summary>
public sealed record EffectiveWay
{
    /// <summary>FunctionApp for direct calls to it, HTTPRoute, GRPCRoute or Subscription.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>The rule of a route: its name, or its place in the list from 1; null otherwise.</summary>
    public string? Rule { get; init; }

    /// <summary>The app that it leads to; null for an address outside, and for what holds for every delivery of a subscription.</summary>
    public string? App { get; init; }

    /// <summary>The only revision that it leads to; null where the app's traffic decides.</summary>
    public string? Revision { get; init; }

    public required ImmutableArray<EffectiveField> Fields { get; init; }
}
