using FnMesh.Gateway.Attempts;

namespace FnMesh.Gateway.Tests.Attempts;

public sealed class RetryPipelineTests
{
    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(0, 0.0, 50)]
    [InlineData(1, 0.0, 100)]
    [InlineData(3, 0.0, 400)]
    [InlineData(0, 1.0, 75)]
    [InlineData(30, 1.0, 10_000)]
    public void The_wait_is_at_least_the_backoff_doubles_and_is_bounded(int number, double unit, double milliseconds) =>
        Assert.Equal(milliseconds, RetryPipeline.Delay(Backoff, number, unit, null).TotalMilliseconds);

    [Fact]
    public void Retry_After_wins_when_it_is_later() =>
        Assert.Equal(TimeSpan.FromSeconds(2), RetryPipeline.Delay(Backoff, 0, 0, TimeSpan.FromSeconds(2)));

    [Fact]
    public void Retry_After_does_not_shorten_the_backoff() =>
        Assert.Equal(Backoff, RetryPipeline.Delay(Backoff, 0, 0, TimeSpan.Zero));
}
