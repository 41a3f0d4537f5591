using System.Collections.Immutable;
using FnMesh.Control.Nodes;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;

namespace FnMesh.Control.Tests.Nodes;

public sealed class NodeTableTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private readonly ResetClock _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(3650)]
    [InlineData(-3650)]
    public void A_clock_that_is_set_anew_ends_no_lease_and_lengthens_none(int days)
    {
        var table = Serving();

        _time.Jump(TimeSpan.FromDays(days));
        Assert.Empty(table.Sweep());
        Assert.Equal(_time.GetUtcNow() + Lease, Assert.Single(table.Nodes).LeaseEnds);
        Assert.Single(Assert.Single(table.Endpoints.Revisions).Endpoints);

        _time.Advance(Lease);
        Assert.Equal(["pricing-1"], table.Sweep());
        Assert.Empty(Assert.Single(table.Endpoints.Revisions).Endpoints);
    }

    [Fact]
    public void A_clock_that_is_set_anew_gives_no_name_to_another_process()
    {
        var table = Serving();

        _time.Jump(TimeSpan.FromDays(1));

        Assert.Null(table.Connect(Hello("two"), Pricing, new NodeOutbox(), out var fault));
        Assert.Contains("another process is connected as 'pricing-1'", fault, StringComparison.Ordinal);
    }

    private static SpiffeId Pricing => SpiffeId.App(TestPlane.TrustDomain, "default", "pricing");

    private static Hello Hello(string process) => new() { Node = "pricing-1", Role = Role.Function, Process = process };

    private NodeTable Serving()
    {
        var table = new NodeTable(Lease, new SvidLife(), _time);
        table.Publish(TestPlane.Policy(), [], ImmutableDictionary<(string, string), ImmutableArray<string>>.Empty);
        var outbox = new NodeOutbox();
        var node = table.Connect(Hello("one"), Pricing, outbox, out _)!;
        table.Take(node, outbox, new FromNode { Announcement = TestPlane.Endpoint("https://127.0.0.1:4711") });
        Assert.True(node.Stands);
        return table;
    }
}
