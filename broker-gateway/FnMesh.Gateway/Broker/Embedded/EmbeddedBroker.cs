using FnMesh.Gateway.Events;
using FnMesh.Node.Storage;
using FnMesh.Policy.Snapshots;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>The broker of one machine: a SQLite file, one writer thread that groups commits, and two reader threads, for deliveries and for people.</summary>
internal sealed class EmbeddedBroker : IBroker
{
    /// <summary>How often what grew old is looked for.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly DirectoryLock _directory;
    private readonly LogWriter _writer;
    private readonly ReadLane _deliveries;
    private readonly ReadLane _people;
    private readonly RecentEvents _recent;
    private readonly TimeProvider _time;
    private readonly LogTables _tables;
    private readonly ITimer _looking;

    private EmbeddedBroker(EmbeddedBrokerOptions options, ILogger logger, TimeProvider time)
    {
        _time = time;
        _directory = DirectoryLock.Take(options.DataDirectory);
        var path = LogFile.PathIn(options.DataDirectory);
        if (PrivateFile.IsEmpty(path)) BrokerLog.BegunAnew(logger, path);
        LogTables? tables = null;
        LogCheckpoints? checkpoints = null;
        SqliteConnection? writing = null;
        LogReader? deliveries = null, people = null;
        try
        {
            writing = LogFile.OpenForWriting(path, options.MaxFileBytes, options.Vfs, options.Syncs);
            checkpoints = new LogCheckpoints(LogFile.OpenForCheckpoints(path, options.Vfs, options.Syncs));
            tables = new LogTables(writing, options.Retention, time, checkpoints);
            deliveries = new LogReader(LogFile.OpenForReading(path, options.Vfs), time);
            people = new LogReader(LogFile.OpenForReading(path, options.Vfs), time);
        }
        catch (Exception e)
        {
            people?.Dispose();
            deliveries?.Dispose();
            if (tables is null)
            {
                checkpoints?.Dispose();
                writing?.Dispose();
            }

            tables?.Dispose();
            _directory.Dispose();
            if (e is BrokerException) throw;
            throw new BrokerException($"{path}: cannot be opened as an event log ({e.Message}); {LogFile.Mend}.", e);
        }

        // Threads begin when everything is open: they own what they are given.
        _recent = new RecentEvents(tables.End, options.RecentEvents, options.RecentBytes);
        _deliveries = new ReadLane(deliveries, "fnmesh broker reader", path);
        _people = new ReadLane(people, "fnmesh broker lister", path);
        _writer = new LogWriter(options, tables, _recent, logger);
        _tables = tables;
        _looking = time.CreateTimer(_ => LookForOld(), null, LookEvery, LookEvery);
    }

    /// <inheritdoc cref="ILane.First"/>
    public long First => _tables.First;

    /// <inheritdoc cref="ILane.End"/>
    public long End => _recent.End;

    /// <summary>Opens the log of a data directory, or begins one.</summary>
    /// <exception cref="BrokerException">The directory is held by another broker, or its file is damaged or newer than this program.</exception>
    public static async Task<EmbeddedBroker> OpenAsync(EmbeddedBrokerOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        var opening = Task.Run(() => new EmbeddedBroker(options, loggers.CreateLogger<EmbeddedBroker>(), time), cancel);
        return await opening;
    }

    public async ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        cancel.ThrowIfCancellationRequested();
        var encoded = EncodedEvent.All(events, _time.GetUtcNow());
        var request = new AppendRequest(encoded, encoded.Sum(static item => item.Size));
        return _writer.TryQueue(request, mayRefuse: true) ? await request.Done.WaitAsync(cancel) : null;
    }

    public async ValueTask<ILanes> OpenAsync(string subscription, StartEntry? start, CancellationToken cancel) =>
        new EmbeddedLanes(new EmbeddedLane(this, subscription, await RegisterAsync(subscription, start, cancel)));

    public ValueTask<ILanes> OpenTopicAsync(string topic, string subscription, StartEntry? start, CancellationToken cancel) =>
        throw new BrokerException($"subscription '{subscription}' reads topic '{topic}', and the log of this gateway has no topics");

    /// <summary>Registers a subscription, or finds the progress it had.</summary>
    public async ValueTask<SubscriptionProgress> RegisterAsync(string subscription, StartEntry? start, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var request = new OpenRequest(subscription, start);
        _writer.TryQueue(request, mayRefuse: false);
        return await request.Done.WaitAsync(cancel);
    }

    /// <inheritdoc cref="ILane.ReadAsync"/>
    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxEvents);
        // What is deleted may still be in memory.
        from = Math.Max(from, First);
        return _recent.TryRead(from, maxEvents, maxBytes) is { } events
            ? new(events)
            : _deliveries.RunAsync(reader => reader.Read(from, maxEvents, maxBytes), cancel);
    }

    public async ValueTask<IReadOnlyList<LaneRange>> RangesAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancel) =>
        [new(0, from is { } since ? await FindAsync(since, cancel) : First, to is { } until ? await FindAsync(until, cancel) : End)];

    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(int lane, long from, int maxEvents, long maxBytes, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(lane, 0);
        return ReadAsync(from, maxEvents, maxBytes, cancel);
    }

    /// <summary>The first event that was received at an instant or later; <see cref="End"/> when there is none.</summary>
    public async ValueTask<long> FindAsync(DateTimeOffset time, CancellationToken cancel) => await _people.RunAsync(reader => reader.Find(time), cancel) ?? End;

    /// <inheritdoc cref="ILane.WaitAsync"/>
    public ValueTask WaitAsync(long offset, CancellationToken cancel) => _recent.WaitAsync(offset, cancel);

    /// <inheritdoc cref="ILane.SettleAsync"/>
    public async ValueTask SettleAsync(string subscription, Settlement settlement, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var replies = settlement is Settlement.Done done ? EncodedEvent.All(done.Replies, _time.GetUtcNow()) : [];
        var letter = settlement is Settlement.DeadLettered dead ? EventBytes.Encode(dead.Letter.Event) : [];
        var request = new SettleRequest(subscription, settlement, replies, letter, replies.Sum(static item => item.Size));
        _writer.TryQueue(request, mayRefuse: false);
        await request.Done.WaitAsync(cancel);
    }

    public ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel) =>
        _people.RunAsync(reader => reader.List(query), cancel);

    public ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel) =>
        _people.RunAsync(reader => reader.List(query), cancel);

    public async ValueTask<int> RemoveLettersAsync(IReadOnlyList<long> letters, EventRecord? again, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var events = EncodedEvent.All(again is null ? [] : [again], _time.GetUtcNow());
        var request = new RemoveRequest(letters, events, events.Sum(static item => item.Size));
        _writer.TryQueue(request, mayRefuse: false);
        return await request.Done.WaitAsync(cancel);
    }

    public async ValueTask<Replay> RepeatAsync(Replay replay, IReadOnlyList<EventRecord> events, IReadOnlyList<long> letters, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var encoded = EncodedEvent.All(events, _time.GetUtcNow());
        var request = new RepeatRequest(replay, encoded, letters, encoded.Sum(static item => item.Size));
        _writer.TryQueue(request, mayRefuse: false);
        return await request.Done.WaitAsync(cancel);
    }

    public ValueTask<IReadOnlyList<Replay>> ListReplaysAsync(CancellationToken cancel) => _people.RunAsync(static reader => reader.Replays(), cancel);

    /// <summary>Completes when what is too old or too much by now has been deleted.</summary>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="look">Whether it looks afresh, as it does every minute.</param>
    internal async Task SettledAsync(CancellationToken cancel, bool look = true)
    {
        for (var again = look; ; again = false)
        {
            var request = new RetentionRequest(again);
            _writer.TryQueue(request, mayRefuse: false);
            if (!await request.Done.WaitAsync(cancel)) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _looking.DisposeAsync();
        await _deliveries.DisposeAsync();
        await _people.DisposeAsync();
        await _writer.DisposeAsync();
        _directory.Dispose();
    }

    private void LookForOld()
    {
        try
        {
            _writer.TryQueue(new RetentionRequest(again: true), mayRefuse: true);
        }
        catch (BrokerException)
        {
            // The writer has stopped, and says why to who waits for something.
        }
    }
}
