using FnMesh.Node.Stream;

namespace FnMesh.Node.Tests.Stream;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void Waits_double_up_to_the_longest_and_each_is_shortened_by_chance_to_half_at_least()
    {
        var backoff = new Backoff(First, Longest, new Random(7));
        for (var failure = 0; failure < 100; failure++)
        {
            var whole = Math.Min(5000, 200 * Math.Pow(2, failure));
            Assert.InRange(backoff.Next().TotalMilliseconds, whole / 2, whole);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next(), First / 2, First);
    }

    [Fact]
    public void Where_nobody_else_waits_the_waits_are_whole_and_a_long_life_begins_anew()
    {
        var backoff = new Backoff(First, Longest);
        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 5, 5], Enumerable.Range(0, 7).Select(_ => backoff.Next(TimeSpan.FromSeconds(14)).TotalSeconds));
        Assert.Equal(0.2, backoff.Next(TimeSpan.FromSeconds(15)).TotalSeconds);
        Assert.Equal(0.4, backoff.Next(TimeSpan.FromSeconds(14)).TotalSeconds);
    }

    [Fact]
    public void Nodes_that_lost_control_together_do_not_come_back_together()
    {
        var waits = Enumerable.Range(0, 100).Select(seed => new Backoff(First, Longest, new Random(seed)).Next()).ToArray();

        Assert.True(waits.Distinct().Count() > 90);
        Assert.True(waits.Max() - waits.Min() > First / 3);
    }
}
