using FnMesh.Shim.Revisions;

namespace FnMesh.Shim.Tests.Revisions;

public sealed class BackoffTests
{
    [Fact]
    public void The_wait_doubles_from_a_fifth_of_a_second_to_ten_seconds()
    {
        var backoff = new Backoff();

        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10], Enumerable.Range(0, 8).Select(_ => backoff.Next(TimeSpan.Zero).TotalSeconds));
    }

    [Fact]
    public void A_long_life_begins_anew()
    {
        var backoff = new Backoff();
        backoff.Next(TimeSpan.Zero);
        backoff.Next(TimeSpan.Zero);

        Assert.Equal(0.2, backoff.Next(TimeSpan.FromSeconds(30)).TotalSeconds);
        Assert.Equal(0.4, backoff.Next(TimeSpan.FromSeconds(29)).TotalSeconds);
    }
}
