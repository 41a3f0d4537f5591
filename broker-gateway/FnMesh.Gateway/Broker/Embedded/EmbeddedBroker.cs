using FnMesh.Gateway.Events;
using FnMesh.Node.Storage;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>The broker of one machine: a SQLite file, one writer thread that groups commits, and two reader threads, for deliveries and for people.</summary>
internal sealed class EmbeddedBroker : IBroker
{
    private readonly DirectoryLock _directory;
    private readonly LogWriter _writer;
    private readonly ReadLane _deliveries;
    private readonly ReadLane _people;
    private readonly RecentEvents _recent;
    private readonly TimeProvider _time;

    private EmbeddedBroker(EmbeddedBrokerOptions options, ILogger logger, TimeProvider time)
    {
        _time = time;
        _directory = DirectoryLock.Take(options.DataDirectory);
        var path = LogFile.PathIn(options.DataDirectory);
        if (PrivateFile.IsEmpty(path)) BrokerLog.BegunAnew(logger, path);
        LogTables? tables = null;
        LogReader? deliveries = null, people = null;
        try
        {
            tables = new LogTables(LogFile.OpenForWriting(path, options.MaxFileBytes));
            deliveries = new LogReader(LogFile.OpenForReading(path));
            people = new LogReader(LogFile.OpenForReading(path));
        }
        catch (Exception e)
        {
            people?.Dispose();
            deliveries?.Dispose();
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
    }

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

    public async ValueTask<ILanes> OpenAsync(string subscription, CancellationToken cancel)
    {
        var registered = await RegisterAsync(subscription, cancel);
        return new EmbeddedLanes(new EmbeddedLane(this, subscription, registered));
    }

    /// <inheritdoc cref="ILane.OpenAsync"/>
    public async ValueTask<SubscriptionProgress> RegisterAsync(string subscription, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var request = new OpenRequest(subscription);
        _writer.TryQueue(request, mayRefuse: false);
        return await request.Done.WaitAsync(cancel);
    }

    /// <inheritdoc cref="ILane.ReadAsync"/>
    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxEvents);
        return _recent.TryRead(from, maxEvents, maxBytes) is { } events
            ? new(events)
            : _deliveries.RunAsync(reader => reader.Read(from, maxEvents, maxBytes), cancel);
    }

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

    public async ValueTask DisposeAsync()
    {
        await _deliveries.DisposeAsync();
        await _people.DisposeAsync();
        await _writer.DisposeAsync();
        _directory.Dispose();
    }
}
