using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Balancing;

/// <summary>Where an envelope goes while the backend that was chosen for it cannot take it.</summary>
/// <param name="split">The ways to the other app or revision.</param>
/// <param name="shares">Draws the split's choices; it outlives the table.</param>
internal sealed class Failover(Split split, ShareSequence shares)
{
    public Split Split => split;

    /// <returns>Null when the other cannot take it either: then what was chosen says best why.</returns>
    public Way? Choose() => split.Choose(shares.Next()) is { } way && way.CannotServe() is null ? way : null;
}
