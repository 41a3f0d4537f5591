using FnMesh.Gateway.Metrics;

namespace FnMesh.Gateway.Admin;

/// <summary>What became of a subscription's deliveries to one revision since the gateway began.</summary>
/// <param name="App">The app.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Done">Deliveries that were done.</param>
/// <param name="Again">Deliveries that come again.</param>
/// <param name="DeadLetters">Events given up and kept.</param>
/// <param name="Dropped">Events given up and not kept.</param>
/// <param name="Unsettled">Parked events that it was given.</param>
/// <param name="MeanMilliseconds">Of a delivery with all its attempts.</param>
internal sealed record RevisionDeliveriesView(string App, string Revision, long Done, long Again, long DeadLetters, long Dropped, long Unsettled, double MeanMilliseconds)
{
    public static RevisionDeliveriesView Of(RevisionDeliveries measured, long unsettled)
    {
        var count = 0L;
        for (var bucket = 0; bucket <= BoundDuration.Bounds.Length; bucket++) count += measured.Duration.Count(bucket);
        var mean = count == 0 ? 0 : Math.Round(measured.Duration.Sum * 1000 / count, 1);
        return new(
            measured.App, measured.Revision, measured.Acknowledged.Value, measured.RetriedLater.Value, measured.GivenUp.Value, measured.Dropped.Value, unsettled, mean);
    }
}
