using System.Collections.Immutable;

namespace FnMesh.Control.Traffic;

/// <summary>A split as it is asked for.</summary>
/// <param name="Traffic">Revisions that are not named get nothing.</param>
internal sealed record TrafficBody(ImmutableArray<WantedShare> Traffic);
