using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Mirroring;
using FnMesh.Gateway.Sessions;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>One rule of a route, bound to its backends.</summary>
internal sealed class RouteRule
{
    public required string Route { get; init; }

    /// <summary>Its name in the route, or its place there; empty where there is no route.</summary>
    public string Section { get; init; } = string.Empty;

    public required Origin Origin { get; init; }

    public required Split Split { get; init; }

    /// <summary>What is done to its calls; null for nothing.</summary>
    public CallFilters? Filters { get; init; }

    /// <summary>Who gets copies of its calls; null for nobody.</summary>
    public Mirror[]? Mirrors { get; init; }

    /// <summary>Pages of which origins may call; null where the function decides.</summary>
    public CorsRules? Cors { get; init; }

    /// <summary>Names of what it leads to without being a backend; null for none.</summary>
    public string? Invalid { get; init; }

    /// <summary>Draws the split's choices; it outlives the table, so that shares stay exact across edits.</summary>
    public required ShareSequence Shares { get; init; }

    /// <summary>Null where each call chooses anew.</summary>
    public SessionRule? Sessions { get; init; }

    public required RouteInstruments Instruments { get; init; }

    /// <summary>Who may call, but for the rules of the app that is chosen.</summary>
    public required AccessTarget[] Access { get; init; }
}
