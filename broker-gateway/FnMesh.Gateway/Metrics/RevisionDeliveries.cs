namespace FnMesh.Gateway.Metrics;

/// <summary>What is measured of the deliveries of one subscription to one revision.</summary>
/// <param name="App">The app.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Acknowledged">Deliveries that were done.</param>
/// <param name="RetriedLater">Deliveries that come again.</param>
/// <param name="GivenUp">Deliveries that ended as a dead letter.</param>
/// <param name="Dropped">Deliveries that were given up and not kept.</param>
/// <param name="Duration">Of each delivery with all its attempts.</param>
internal sealed record RevisionDeliveries(
    string App, string Revision, BoundCounter Acknowledged, BoundCounter RetriedLater, BoundCounter GivenUp, BoundCounter Dropped, BoundDuration Duration);
