using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Sessions;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>One rule of an HTTPRoute, bound to its backends.</summary>
internal sealed class RouteRule
{
    public required string Route { get; init; }

    public required Origin Origin { get; init; }

    public required Split Split { get; init; }

    /// <summary>Draws the split's choices; it outlives the table, so that shares stay exact across edits.</summary>
    public required ShareSequence Shares { get; init; }

    /// <summary>Null where each call chooses anew.</summary>
    public SessionRule? Sessions { get; init; }

    public required RouteInstruments Instruments { get; init; }

    /// <summary>Who may call, but for the rules of the app that is chosen.</summary>
    public required AccessTarget[] Access { get; init; }
}
