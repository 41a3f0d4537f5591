using System.Diagnostics.Metrics;
using Confluent.Kafka;
using FnMesh.Gateway.Admin;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Replays;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>What goes by time. The mock cluster says the end whatever time is asked for, so that here the answer is found by reading.</summary>
public sealed class KafkaTimesTests : IAsyncLifetime
{
    private readonly MockCluster _cluster = new();
    private readonly TempDirectory _directory = new();
    private readonly SetTime _time = new();
    private KafkaBroker _broker = null!;

    public async ValueTask InitializeAsync() => _broker = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _cluster.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_subscription_that_begins_at_a_time_gets_what_came_then_or_later_from_every_partition()
    {
        await PublishAsync("before", 8);
        var time = _time.Next();
        await PublishAsync("after", 8);
        await using var reader = new LaneReader(await _broker.OpenAsync("s", new StartEntry { Time = time }, default));
        Assert.All(await reader.NextAsync(8), static item => Assert.StartsWith("after", item.Stored.Event.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_offset_is_many_places_and_nobody_begins_there()
    {
        var refusal = await Assert.ThrowsAsync<BrokerException>(() => _broker.OpenAsync("s", new StartEntry { Offset = 7 }, default).AsTask());
        Assert.EndsWith("write 'earliest', 'latest' or a time", refusal.Message);
    }

    [Fact]
    public async Task All_pages_together_are_all_events_newest_first_and_each_once()
    {
        for (var n = 0; n < 6; n++)
        {
            await PublishAsync($"{n}", 40);
            _time.Next();
        }

        List<StoredEvent> listed = [];
        for (long? before = null; ;)
        {
            var page = await _broker.ListEventsAsync(new EventQuery(25, before), default);
            Assert.InRange(page.Items.Count, 0, 25);
            listed.AddRange(page.Items);
            if ((before = page.Next) is null) break;
            Assert.True(before < 1L << 53);
        }

        Assert.Equal(240, listed.Select(static stored => (stored.Lane, stored.Offset)).Distinct().Count());
        Assert.Equal(240, listed.Count);
        Assert.Equal(listed.OrderByDescending(static stored => stored.Received).Select(static stored => stored.Received), listed.Select(static stored => stored.Received));
    }

    [Fact]
    public async Task A_search_keeps_its_times()
    {
        await PublishAsync("a", 8);
        var since = _time.Next();
        await PublishAsync("b", 8);
        var until = _time.Next();
        await PublishAsync("c", 8);
        Assert.All((await _broker.ListEventsAsync(new EventQuery(99, Since: since, Until: until), default)).Items, static stored => Assert.StartsWith("b", stored.Event.Id, StringComparison.Ordinal));
        Assert.Equal(16, (await _broker.ListEventsAsync(new EventQuery(99, Since: since), default)).Items.Count);
        var ranges = await _broker.RangesAsync(since, until, default);
        Assert.Equal(8, ranges.Sum(static range => range.To - range.From));
    }

    [Fact]
    public async Task A_replay_looks_at_one_partition_after_the_other_and_its_places_are_all_that_is_between_the_times()
    {
        await PublishAsync("a", 8);
        var since = _time.Next();
        await PublishAsync("b", 8);
        using var meter = new Meter("FnMesh.Gateway.Kafka.Tests");
        var live = new TableSwitch(new Instruments(meter), new Randomness(1), _time);
        live.Swap(live.Bind(PolicyCompiler.Compile([new PolicySource("mesh.yaml", """
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: s }
            spec: { sink: { uri: "http://elsewhere.example/" } }
            """)]).Snapshot!));
        var table = live.Current;
        var wishes = new ReplayWishes(_broker, () => table);
        var (wish, fault) = await wishes.ReadAsync(new ReplayBody { Source = "events", Subscription = "s", From = $"{since:yyyy-MM-ddTHH:mm:ss.fffZ}" }, default);
        Assert.Null(fault);
        var ended = await new ReplayRun(_broker, () => table, TimeProvider.System).RunAsync(new Replay(wish!, DateTimeOffset.UnixEpoch, Place: wish!.From), default);
        Assert.Equal((8, "done"), (ended.Events, ended.End));
        var copies = (await _broker.ListEventsAsync(new EventQuery(99), default)).Items.Where(static stored => stored.Event.Replay is not null).ToList();
        Assert.Equal(Enumerable.Range(0, 8).Select(static n => $"b-{n}"), copies.Select(static stored => stored.Event.Id).Order());
        Assert.All(copies, static stored => Assert.Equal(("s", stored.Lane), (stored.Event.Replay!.Subscription, stored.Event.Replay.Lane)));

        var (_, refused) = await wishes.ReadAsync(new ReplayBody { Source = "events", Subscription = "s", From = "3" }, default);
        Assert.Contains("lie in 4 partitions, each with offsets of its own", refused);
    }

    private async Task<KafkaBroker> OpenAsync() => await KafkaBroker.OpenAsync(
        Some.Options(_cluster, _directory.Path) with { OffsetsForTimes = ByReading }, NullLoggerFactory.Instance, _time, default);

    private async Task PublishAsync(string id, int count) =>
        await _broker.AppendAsync([.. Enumerable.Range(0, count).Select(n => Some.Event($"{id}-{n}", $"key-{n}"))], default);

    /// <summary>A clock that goes when it is told to.</summary>
    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddDays(20_000);

        public DateTimeOffset Next() => _now = _now.AddMilliseconds(7);

        public override DateTimeOffset GetUtcNow() => _now;
    }

    private static List<TopicPartitionOffset> ByReading(IConsumer<byte[]?, byte[]?> consumer, List<TopicPartitionTimestamp> times, TimeSpan timeout) => [.. times.Select(time =>
    {
        var ends = consumer.QueryWatermarkOffsets(time.TopicPartition, timeout);
        var found = Offset.End;
        if (ends.Low < ends.High) consumer.Assign(new TopicPartitionOffset(time.TopicPartition, ends.Low));
        for (var next = ends.Low.Value; next < ends.High.Value && found == Offset.End; next++)
        {
            var record = consumer.Consume(timeout);
            if (record.Message.Timestamp.UnixTimestampMs >= time.Timestamp.UnixTimestampMs) found = record.Offset;
        }

        consumer.Unassign();
        return new TopicPartitionOffset(time.TopicPartition, found);
    })];
}
