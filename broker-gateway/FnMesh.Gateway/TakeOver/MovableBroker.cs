using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.TakeOver;

/// <summary>
/// The broker of a gateway that another may take over from: here at first, then on its way, then with the successor or here again. What is published meanwhile waits for a while; what is published afterwards is
/// stored by the successor. Everything else is refused while the log is not here: deliveries stop before it leaves.
/// </summary>
/// <param name="broker">The log; null when it is still with the predecessor, until <see cref="TakeBack"/>.</param>
/// <param name="directory">Where it is kept.</param>
/// <param name="time">The clock.</param>
internal sealed class MovableBroker(IBroker? broker, string directory, TimeProvider time) : IBroker
{
    /// <summary>How long a publication waits for a log that is on its way.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly ForwardedEvents _forwarded = new(directory, time);
    private IBroker? _here = broker;
    private TaskCompletionSource? _moving = broker is null ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    private TaskCompletionSource? _quiet;
    private int _appending;

    /// <summary>Whether the log is here, and not with another gateway or on its way.</summary>
    public bool IsHere => Volatile.Read(ref _here) is not null;

    public async ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel)
    {
        while (true)
        {
            IBroker? here = null;
            Task? moving = null;
            lock (_gate)
            {
                if (_moving is { Task.IsCompleted: false }) moving = _moving.Task;
                else if ((here = _here) is not null) _appending++;
            }

            if (moving is not null)
            {
                try
                {
                    await moving.WaitAsync(Patience, time, cancel);
                    continue;
                }
                catch (TimeoutException)
                {
                    throw new BrokerException($"the event log is on its way from one gateway to another and did not arrive within {Patience.TotalSeconds:0} s; publish again");
                }
            }

            if (here is null) return await _forwarded.SendAsync(events, cancel);
            try
            {
                return await here.AppendAsync(events, cancel);
            }
            finally
            {
                lock (_gate)
                {
                    if (--_appending == 0) _quiet?.TrySetResult();
                }
            }
        }
    }

    public ValueTask<ILanes> OpenAsync(string subscription, StartEntry? start, CancellationToken cancel) => Here.OpenAsync(subscription, start, cancel);

    public ValueTask<ILanes> OpenTopicAsync(string topic, string subscription, StartEntry? start, CancellationToken cancel) => Here.OpenTopicAsync(topic, subscription, start, cancel);

    public ValueTask<IReadOnlyList<LaneRange>> RangesAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancel) => Here.RangesAsync(from, to, cancel);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(int lane, long from, int maxEvents, long maxBytes, CancellationToken cancel) => Here.ReadAsync(lane, from, maxEvents, maxBytes, cancel);

    public ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel) => Here.ListEventsAsync(query, cancel);

    public ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel) => Here.ListDeadLettersAsync(query, cancel);

    public ValueTask<int> RemoveLettersAsync(IReadOnlyList<long> letters, EventRecord? again, CancellationToken cancel) => Here.RemoveLettersAsync(letters, again, cancel);

    public ValueTask<Replay> RepeatAsync(Replay replay, IReadOnlyList<EventRecord> events, IReadOnlyList<long> letters, CancellationToken cancel) => Here.RepeatAsync(replay, events, letters, cancel);

    public ValueTask<IReadOnlyList<Replay>> ListReplaysAsync(CancellationToken cancel) => Here.ListReplaysAsync(cancel);

    /// <summary>Completes when the log is closed and another process may open it. Publications wait from now on, until <see cref="TakeBack"/> or <see cref="Passed"/>.</summary>
    public async Task LetGoAsync()
    {
        IBroker here;
        Task quiet;
        lock (_gate)
        {
            here = _here ?? throw new InvalidOperationException("the log is not here");
            _moving = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_appending == 0) _quiet.SetResult();
            quiet = _quiet.Task;
        }

        await quiet;
        lock (_gate)
        {
            _quiet = null;
            Volatile.Write(ref _here, null);
        }

        await here.DisposeAsync();
    }

    /// <summary>The log was opened here, or here again.</summary>
    public void TakeBack(IBroker opened)
    {
        lock (_gate)
        {
            Volatile.Write(ref _here, opened);
            _moving?.TrySetResult();
        }
    }

    /// <summary>Another gateway holds the log and stores what is published.</summary>
    public void Passed()
    {
        lock (_gate) _moving?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        IBroker? here;
        lock (_gate)
        {
            here = _here;
            Volatile.Write(ref _here, null);
        }

        if (here is not null) await here.DisposeAsync();
        _forwarded.Dispose();
    }

    private IBroker Here => Volatile.Read(ref _here) ?? throw new BrokerException("the event log is with another gateway on the same data directory, one of which takes over from the other; ask again.");
}
