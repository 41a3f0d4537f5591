using FnMesh.Control.Nodes;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Nodes;

public sealed class LeaseSweepTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_look_that_fails_is_said_and_leases_end_all_the_same()
    {
        var time = new FakeTimeProvider();
        using var said = new SaidLines();
        using var stop = new CancellationTokenSource(TestPlane.Patience);
        var table = new NodeTable(Lease, new SvidLife(), time);
        Assert.NotNull(table.Connect(new Hello { Node = "gate", Role = Role.Gateway }, SpiffeId.Gateway(TestPlane.TrustDomain), new NodeOutbox(), out _));
        var looks = 0;
        _ = table.WhenAsync(_ => ++looks == 2 ? throw new InvalidOperationException("of the test") : false, stop.Token);
        var gone = table.WhenAsync(static nodes => nodes.All(static _ => false), stop.Token);
        var running = new LeaseSweep(table, Lease, static () => { }, said, time).RunAsync(stop.Token);

        time.Advance(LeaseSweep.Period);
        Assert.Contains("of the test", await said.NextAsync("a look at the nodes' leases failed", stop.Token), StringComparison.Ordinal);
        time.Advance(Lease);

        await gone.WaitAsync(TestPlane.Patience);
        await stop.CancelAsync();
        await running.WaitAsync(TestPlane.Patience);
    }
}
