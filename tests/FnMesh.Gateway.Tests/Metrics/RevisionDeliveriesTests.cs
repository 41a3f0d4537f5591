using System.Diagnostics.Metrics;
using FnMesh.Gateway.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Metrics;

public sealed class RevisionDeliveriesTests : IDisposable
{
    private readonly Meter _meter = new("FnMesh.Gateway.Tests.RevisionDeliveries");

    [Fact]
    public void What_became_of_the_deliveries_to_a_revision_how_long_they_took_and_what_it_has_left_are_measured()
    {
        var instruments = new Instruments(_meter);
        using var text = new MetricsText(_meter, instruments, NullLogger.Instance);
        var subscription = instruments.Subscription("charge");
        subscription.ByRevision.Of("payments", "payments-v2").GivenUp.Add();
        subscription.ByRevision.Of("payments", "payments-v2").Duration.Record(TimeSpan.FromMilliseconds(40));
        instruments.ObserveSubscriptions(() => [new("charge", 7, 3, 0, new Dictionary<string, int> { ["payments-v2"] = 3 })]);

        var lines = text.Render().Split('\n');

        Assert.Contains("""fnmesh_revision_deliveries_total{fnmesh_subscription="charge",fnmesh_app="payments",fnmesh_revision="payments-v2",fnmesh_disposition="dead-letter"} 1""", lines);
        Assert.Contains("""fnmesh_revision_deliveries_total{fnmesh_subscription="charge",fnmesh_app="payments",fnmesh_revision="payments-v2",fnmesh_disposition="ack"} 0""", lines);
        Assert.Contains("""fnmesh_revision_delivery_duration_seconds_bucket{fnmesh_subscription="charge",fnmesh_app="payments",fnmesh_revision="payments-v2",le="0.05"} 1""", lines);
        Assert.Contains("""fnmesh_revision_unsettled{fnmesh_subscription="charge",fnmesh_revision="payments-v2"} 3""", lines);
    }

    public void Dispose() => _meter.Dispose();
}
