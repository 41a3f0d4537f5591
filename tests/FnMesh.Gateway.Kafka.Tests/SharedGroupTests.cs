using System.Globalization;
using Confluent.Kafka;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>Several gateways in one group, and a Kafka that fails: no loss, no disorder within a key.</summary>
public sealed class SharedGroupTests : IDisposable
{
    private const int Keys = 20, Each = 60;
    private const short Produce = 0, Fetch = 1, OffsetCommit = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly MockCluster _cluster = new();
    private readonly TempDirectory _directory = new();
    private readonly Inbox _inbox = new(Keys, Each);

    public void Dispose()
    {
        _cluster.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_gateway_that_joins_and_one_that_leaves_lose_nothing_and_keep_each_key_in_order()
    {
        var options = Some.Options(_cluster, _directory.Path);
        await using var first = await Member.StartAsync(options, TakeAsync);
        await using var publisher = await KafkaBroker.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);
        await PublishAsync(publisher, 0, 20);
        await _inbox.Reached(10).WaitAsync(Patience);
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = await Member.StartAsync(options, (stored, number) =>
        {
            taken.TrySetResult();
            return TakeAsync(stored, number);
        });
        await PublishAsync(publisher, 20, 40);
        await second.Joined.WaitAsync(Patience);
        await PublishAsync(publisher, 40, 50);
        await taken.Task.WaitAsync(Patience);
        await _inbox.Reached(40 * Keys).WaitAsync(Patience);
        var rest = PublishAsync(publisher, 50, Each);
        await second.DisposeAsync();
        await rest;
        await _inbox.All.WaitAsync(Patience);
        Assert.Null(_inbox.Disorder);
        // What is in flight when a partition changes hands is ended and committed first. The mock cluster takes no commit while members come back to be shared out anew, which Kafka does:
        // if that lasts for longer than a session, what was in flight at one of the four times that partitions change hands comes again.
        Assert.InRange(_inbox.Again, 0, 4 * Keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_broker_that_goes_down_and_comes_up_and_requests_that_fail_lose_nothing_and_keep_each_key_in_order(int coordinator)
    {
        // The mock cluster takes a batch whose predecessor it refused, which Kafka does not, and the client then believes that both were stored.
        var settings = Path.Combine(_directory.Path, "settings");
        await File.WriteAllTextAsync(settings, "max.in.flight.requests.per.connection=1\n");
        var options = Some.Options(_cluster, _directory.Path) with { SettingsFile = settings };
        _cluster.Coordinate(options.GroupOf("s"), coordinator);
        await using var member = await Member.StartAsync(options, TakeAsync);
        await PublishAsync(member.Broker, 0, 10);
        await _inbox.Reached(20).WaitAsync(Patience);
        _cluster.TakeDown(1);
        _cluster.Fail(Produce, ErrorCode.NotLeaderForPartition, ErrorCode.NotEnoughReplicas, ErrorCode.RequestTimedOut);
        _cluster.Fail(OffsetCommit, ErrorCode.NotCoordinatorForGroup, ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.RebalanceInProgress);
        _cluster.Fail(Fetch, ErrorCode.NotLeaderForPartition);
        var publishing = PublishAsync(member.Broker, 10, Each);
        // Without the coordinator nothing is settled, and of a key nothing more comes.
        if (coordinator != 1) await _inbox.Reached(21).WaitAsync(Patience);
        _cluster.BringUp(1);
        await publishing.WaitAsync(Patience);
        await _inbox.All.WaitAsync(Patience);
        Assert.Null(_inbox.Disorder);
    }

    [Fact]
    public async Task A_commit_that_is_refused_while_the_group_is_shared_out_anew_is_made_again_and_nothing_comes_twice()
    {
        await using var member = await Member.StartAsync(Some.Options(_cluster, _directory.Path), TakeAsync);
        await PublishAsync(member.Broker, 0, 10);
        await _inbox.Reached(20).WaitAsync(Patience);
        _cluster.Fail(OffsetCommit, ErrorCode.RebalanceInProgress, ErrorCode.RebalanceInProgress, ErrorCode.RebalanceInProgress);
        await PublishAsync(member.Broker, 10, Each);
        await _inbox.All.WaitAsync(Patience);
        Assert.Null(_inbox.Disorder);
        Assert.Equal(0, _inbox.Again);
    }

    [Fact]
    public async Task What_one_gateway_parked_is_read_first_by_the_next_and_its_key_goes_on_in_order()
    {
        var options = Some.Options(_cluster, _directory.Path);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = await Member.StartAsync(options, (stored, number) =>
        {
            if (stored.Event["partitionkey"] == "poison")
            {
                failed.TrySetResult();
                return new(Outcome.Answered(500, TimeSpan.FromSeconds(2)));
            }

            if (stored.Event.Id == "9") others.TrySetResult();
            return new(Outcome.Answered(200));
        });
        for (var n = 0; n < 10; n++) await first.Broker.AppendAsync([Some.Event($"{n}", "poison"), Some.Event($"{n}", "fine")], default);
        await failed.Task.WaitAsync(Patience);
        await others.Task.WaitAsync(Patience);
        await first.DisposeAsync();

        List<(string Key, string Id, int Number)> came = [];
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var second = await Member.StartAsync(options, (stored, number) =>
        {
            lock (came) came.Add((stored.Event["partitionkey"]!, stored.Event.Id, number));
            if (stored.Event.Id == "9") all.TrySetResult();
            return new(Outcome.Answered(200));
        });
        await all.Task.WaitAsync(Patience);
        lock (came)
        {
            Assert.Equal(Enumerable.Range(0, 10).Select(n => ("poison", $"{n}")), came.Select(item => (item.Key, item.Id)));
            Assert.True(came[0].Number > 1);
        }
    }

    private async ValueTask<Outcome> TakeAsync(StoredEvent stored, int number)
    {
        await Task.Yield();
        _inbox.Take(stored);
        return Outcome.Answered(200);
    }

    private static async Task PublishAsync(KafkaBroker broker, int from, int to)
    {
        for (var n = from; n < to; n++)
        {
            // The next of a key only when the one before is stored, as a publisher does that cares for order.
            Assert.NotNull(await broker.AppendAsync([.. Enumerable.Range(0, Keys).Select(key => Some.Event(n.ToString(CultureInfo.InvariantCulture), $"key-{key}"))], default));
        }
    }
}
