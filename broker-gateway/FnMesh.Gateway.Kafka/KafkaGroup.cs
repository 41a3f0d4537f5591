using System.Collections.Concurrent;
using System.Threading.Channels;
using Confluent.Kafka;
using FnMesh.Gateway.Broker;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// This gateway's member of a subscription's consumer group. It joins when the first lane is asked for; partitions come and go by cooperative rebalance, and each that is here is a lane.
/// One thread polls: it alone moves positions.
/// </summary>
internal sealed class KafkaGroup : ILanes
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CommitAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RejoinDelay = TimeSpan.FromSeconds(1);

    /// <summary>Longer than deliveries in flight may go on in a lane that leaves.</summary>
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(8);

    private readonly KafkaConnection _kafka;
    private readonly Channel<KafkaLane> _assigned = Channel.CreateUnbounded<KafkaLane>();
    private readonly GroupPlaces _places;
    private readonly Dictionary<TopicPartition, KafkaLane> _lanes = [];
    private readonly ConcurrentQueue<Action<IConsumer<byte[]?, byte[]?>>> _asked = new();
    private readonly ConsumerBuilder<byte[]?, byte[]?> _builder;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IConsumer<byte[]?, byte[]?> _consumer;
    private int _joined;

    public KafkaGroup(KafkaConnection kafka, GroupPlaces places, string subscription)
    {
        (_kafka, _places, Subscription) = (kafka, places, subscription);
        var config = new ConsumerConfig(new Dictionary<string, string>(kafka.Settings))
        {
            GroupId = kafka.Options.GroupOf(subscription),
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            // A partition that is added later has nothing in it that the subscription is not to have.
            AutoOffsetReset = AutoOffsetReset.Earliest,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = (int)kafka.Options.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = (int)kafka.Options.SessionTimeout.TotalMilliseconds / 10,
            QueuedMaxMessagesKbytes = 8 * 1024,
            FetchWaitMaxMs = 100,
        };
        _builder = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, message) => kafka.Log.Say(message))
            .SetPartitionsAssignedHandler((_, places) => Assigned(places))
            .SetPartitionsRevokedHandler((_, places) => Leave(places.Select(static place => place.TopicPartition)))
            .SetPartitionsLostHandler((_, places) => Leave(places.Select(static place => place.TopicPartition)));
        _consumer = _builder.Build();
    }

    public string Subscription { get; }

    /// <summary>Who this member is; unlike all others of the group.</summary>
    public string Member => _consumer.MemberId;

    /// <inheritdoc cref="GroupRegistration.RegisterAsync"/>
    public Task RegisterAsync(StartEntry? start, CancellationToken cancel) => new GroupRegistration(_kafka, _places, this).RegisterAsync(start, cancel);

    public async ValueTask<ILane> NextAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _joined, 1) == 0) new Thread(Run) { IsBackground = true, Name = $"fnmesh kafka {Subscription}" }.Start();
        while (true)
        {
            var lane = await _assigned.Reader.ReadAsync(cancel);
            if (lane.TryTake()) return lane;
        }
    }

    /// <summary>The offset at which the group goes on in a partition.</summary>
    public async Task<long> CommittedAsync(TopicPartition place, CancellationToken cancel)
    {
        var committed = await AskAsync(consumer => consumer.Committed([place], _kafka.Options.Timeout)[0].Offset, $"the offset of {place} is not known", cancel);
        return committed == Offset.Unset ? (await _kafka.Reader.EndsAsync(place, cancel)).Low : committed;
    }

    /// <summary>
    /// Stores how far a partition is. While the group is being shared out anew, or its coordinator moves, nobody's commit is taken, that of a member that keeps the partition neither: it is made again until it is.
    /// </summary>
    /// <param name="place">The next offset.</param>
    /// <param name="mayTry">Cancelled when the partition may be another member's, so that no commit begins any more: one that is late would take that member's back.</param>
    /// <exception cref="BrokerException">The partition is another member's, or Kafka does not answer.</exception>
    public async Task CommitAsync(TopicPartitionOffset place, CancellationToken mayTry)
    {
        var began = _kafka.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Run(() => _consumer.Commit([place]), mayTry);
                return;
            }
            catch (KafkaException failed) when (Passes(failed.Error.Code) && _kafka.Time.GetElapsedTime(began) < _kafka.Options.Timeout)
            {
                await Task.Delay(CommitAgain, _kafka.Time, mayTry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (mayTry.IsCancellationRequested) throw Uncommitted(place, failed);
            }
            catch (KafkaException failed)
            {
                throw Uncommitted(place, failed);
            }
            catch (ObjectDisposedException)
            {
                throw new BrokerException($"subscription '{Subscription}' is closed");
            }
            catch (OperationCanceledException)
            {
                throw new BrokerException($"{place.TopicPartition} of subscription '{Subscription}' is another gateway's now");
            }
        }
    }

    private static bool Passes(ErrorCode code) => code is
        ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress
        or ErrorCode.RequestTimedOut or ErrorCode.Local_WaitCoord or ErrorCode.Local_Transport or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_Retry;

    private BrokerException Uncommitted(TopicPartitionOffset place, KafkaException failed) =>
        KafkaSettings.Failed(_kafka.Options, $"subscription '{Subscription}': the offset of {place.TopicPartition} is not committed", failed);

    /// <summary>Goes on reading elsewhere, paused or not.</summary>
    /// <param name="place">Where.</param>
    /// <param name="before">Called when nothing comes from the old place any more.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BrokerException">The partition is not here any more.</exception>
    public async Task SeekAsync(TopicPartitionOffset place, Action before, CancellationToken cancel)
    {
        var sought = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Enqueue(consumer =>
        {
            try
            {
                before();
                consumer.Seek(place);
                consumer.Resume([place.TopicPartition]);
                sought.SetResult();
            }
            catch (KafkaException failed)
            {
                sought.SetException(KafkaSettings.Failed(_kafka.Options, $"{place.TopicPartition} cannot be read again", failed));
            }
        });
        try
        {
            await sought.Task.WaitAsync(_kafka.Options.Timeout, _kafka.Time, cancel);
        }
        catch (TimeoutException)
        {
            throw new BrokerException($"{place.TopicPartition} could not be read again within {_kafka.Options.Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Lets records of a partition come again, if it is still here.</summary>
    public void Resume(TopicPartition place) => _asked.Enqueue(consumer =>
    {
        if (_lanes.ContainsKey(place)) consumer.Resume([place]);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (Interlocked.Exchange(ref _joined, 1) != 0) await _ended.Task;
        else _consumer.Dispose();
        _stop.Dispose();
    }

    /// <summary>Asks Kafka in the name of the group.</summary>
    /// <exception cref="BrokerException">It does not answer, or the group is closed.</exception>
    public async Task<T> AskAsync<T>(Func<IConsumer<byte[]?, byte[]?>, T> ask, string what, CancellationToken cancel)
    {
        try
        {
            return await Task.Run(() => ask(_consumer), cancel).WaitAsync(cancel);
        }
        catch (KafkaException failed)
        {
            throw KafkaSettings.Failed(_kafka.Options, $"subscription '{Subscription}': {what}", failed);
        }
        catch (ObjectDisposedException)
        {
            throw new BrokerException($"subscription '{Subscription}' is closed");
        }
    }

    private void Run()
    {
        try
        {
            _consumer.Subscribe(_places.Topics);
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    while (_asked.TryDequeue(out var asked)) asked(_consumer);
                    if (_consumer.Consume(Poll) is { } result) Take(result);
                }
                catch (KafkaException failed)
                {
                    _kafka.Log.Lost(Subscription, failed.Error.Reason);
                    if (failed.Error.IsFatal) JoinAgain();
                    _stop.Token.WaitHandle.WaitOne(RejoinDelay);
                }
            }

            _consumer.Close();
            _consumer.Dispose();
        }
        catch (KafkaException failed)
        {
            _kafka.Log.Lost(Subscription, failed.Error.Reason);
        }
        finally
        {
            Leave([.. _lanes.Keys]);
            _ended.SetResult();
        }
    }

    private void JoinAgain()
    {
        Leave([.. _lanes.Keys]);
        _consumer.Dispose();
        _consumer = _builder.Build();
        _consumer.Subscribe(_places.Topics);
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (result.IsPartitionEOF || !_lanes.TryGetValue(result.TopicPartition, out var lane)) return;
        // Where offsets are missing retention may have taken them, or they are a transaction's, which are no events.
        if (lane.Skips(result.Offset) && FirstOf(result.TopicPartition) is { } first) lane.Shrink(first);
        lane.Grow(_consumer.GetWatermarkOffsets(result.TopicPartition).High);
        if (lane.Add(result)) _consumer.Pause([result.TopicPartition]);
    }

    /// <summary>Null when nobody says so at once: others wait for this thread.</summary>
    private long? FirstOf(TopicPartition place)
    {
        try
        {
            return _consumer.QueryWatermarkOffsets(place, FirstTimeout).Low;
        }
        catch (KafkaException failed)
        {
            _kafka.Log.FirstUnknown(Subscription, place.Partition, failed.Error.Reason);
            return null;
        }
    }

    private void Assigned(List<TopicPartition> places)
    {
        if (places.Count == 0) return;
        _kafka.Log.Assigned(Subscription, Names(places));
        foreach (var place in places)
        {
            var lane = _lanes[place] = new KafkaLane(_kafka, this, place, _places.LaneOf(place));
            _assigned.Writer.TryWrite(lane);
        }
    }

    private void Leave(IEnumerable<TopicPartition> places)
    {
        List<KafkaLane> leaving = [.. places.Select(place => _lanes.Remove(place, out var lane) ? lane : null).OfType<KafkaLane>()];
        if (leaving.Count == 0) return;
        _kafka.Log.Revoked(Subscription, Names(leaving.Select(static lane => lane.Place)));
        // What is in flight may end and be committed: whoever comes next then begins behind it.
        Task.WaitAll([.. leaving.Select(static lane => lane.LeaveAsync())], ReleaseTimeout);
        foreach (var lane in leaving.Where(static lane => !lane.Released.IsCompleted)) _kafka.Log.NotReleased(Subscription, lane.Number);
    }

    private string Names(IEnumerable<TopicPartition> places) => string.Join(' ', places.OrderBy(_places.LaneOf).Select(place => place.Topic == _places.Log ? $"{place.Partition.Value}" : $"{place.Topic}:{place.Partition.Value}"));
}
