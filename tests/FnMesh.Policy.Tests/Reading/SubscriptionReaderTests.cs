using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Reading;

public class SubscriptionReaderTests
{
    [Fact]
    public void What_a_subscription_says_of_its_deliveries_is_what_the_snapshot_holds()
    {
        var entry = Read("delivery: { backoffJitter: 20, retryAfterMax: 0s, concurrency: 100, rate: 5, batch: { size: 50, wait: 1s }, deduplicate: { window: 10m } }, paused: true").Entry!;

        var delivery = entry.Delivery;
        Assert.Equal((20, TimeSpan.Zero, 100, 5), (delivery.BackoffJitter, delivery.RetryAfterMax, delivery.Concurrency, delivery.Rate));
        Assert.Equal(new BatchEntry(50, TimeSpan.FromSeconds(1)), delivery.Batch);
        Assert.Equal(TimeSpan.FromMinutes(10), delivery.DeduplicateWindow);
        Assert.True(entry.Paused);
    }

    [Fact]
    public void What_a_subscription_leaves_out_is_not_in_the_snapshot()
    {
        var entry = Read("paused: false, delivery: {}").Entry!;

        Assert.Equal(default, (entry.Start, entry.Paused, entry.Delivery.BackoffJitter, entry.Delivery.RetryAfterMax, entry.Delivery.Concurrency, entry.Delivery.Rate, entry.Delivery.Batch));
        Assert.Null(entry.Delivery.DeduplicateWindow);
    }

    [Theory]
    [InlineData("earliest", true, null, null)]
    [InlineData("latest", null, null, null)]
    [InlineData("{ offset: 7000000000 }", null, 7_000_000_000L, null)]
    [InlineData("{ time: 2026-01-31T12:00:00+01:00 }", null, null, "2026-01-31T11:00:00.0000000+00:00")]
    [InlineData("{ time: '2026-01-31T11:00:00.25Z' }", null, null, "2026-01-31T11:00:00.2500000+00:00")]
    public void A_subscription_begins_where_it_says(string written, bool? earliest, long? offset, string? time)
    {
        var start = Read($"config: {{ start: {written} }}").Entry!.Start!;

        Assert.Equal((earliest, offset, time), (start.IsEarliest, start.Offset, start.Time?.ToString("O")));
    }

    [Theory]
    [InlineData("config: { start: first }", "FNM1109")]
    [InlineData("config: { start: [ earliest ] }", "FNM1105")]
    [InlineData("config: { start: {} }", "FNM1110")]
    [InlineData("config: { start: { offset: 1, time: 2026-01-31T12:00:00Z } }", "FNM1110")]
    [InlineData("config: { start: { offset: 0 } }", "FNM1111")]
    [InlineData("config: { start: { time: 2026-01-31 } }", "FNM1106")]
    [InlineData("config: { start: { time: 2026-01-31T12:00:00 } }", "FNM1106")]
    [InlineData("config: { begin: earliest }", "FNM1103")]
    [InlineData("delivery: { backoffJitter: 101 }", "FNM1111")]
    [InlineData("delivery: { concurrency: 0 }", "FNM1111")]
    [InlineData("delivery: { rate: 0 }", "FNM1111")]
    [InlineData("delivery: { batch: {} }", "FNM1104")]
    [InlineData("delivery: { batch: { size: 1 } }", "FNM1111")]
    [InlineData("delivery: { batch: { size: 65 } }", "FNM1224")]
    [InlineData("delivery: { batch: { size: 10, wait: 30s } }", "FNM1208")]
    [InlineData("delivery: { deduplicate: {} }", "FNM1106")]
    [InlineData("delivery: { deduplicate: { window: 8d } }", "FNM1108")]
    [InlineData("delivery: { deduplicate: { window: 200h } }", "FNM1111")]
    public void What_cannot_be_is_refused(string written, string code)
    {
        var diagnostics = Read(written).Compilation.Diagnostics;

        Assert.Equal([code], diagnostics.Select(diagnostic => diagnostic.Code));
    }

    private static (PolicyCompilation Compilation, SubscriptionEntry? Entry) Read(string written)
    {
        var compilation = Policies.Compile(Policies.App("app", "app-v1"), Policies.Subscription("sub", $"{{ sink: {{ ref: {{ name: app }}, uri: /e }}, {written} }}"));
        return (compilation, compilation.Snapshot?.Subscriptions.Single());
    }
}
