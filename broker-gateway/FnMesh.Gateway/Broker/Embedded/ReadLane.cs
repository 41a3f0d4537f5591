using System.Collections.Concurrent;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>A thread with its own connection that answers reads one after the other.</summary>
internal sealed class ReadLane : IAsyncDisposable
{
    /// <summary>Reads that may wait.</summary>
    private const int Capacity = 4_096;

    private readonly BlockingCollection<Action<LogReader>> _reads = new(Capacity);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogReader _reader;
    private readonly string _path;

    public ReadLane(LogReader reader, string name, string path)
    {
        _reader = reader;
        _path = path;
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <exception cref="BrokerException">Too many reads wait, the broker is closed, or the file cannot be read.</exception>
    public async ValueTask<T> RunAsync<T>(Func<LogReader, T> read, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!TryAdd(reader => Answer(reader, read, done))) throw new BrokerException("The broker has too many reads waiting, or is closed; try again later.");
        return await done.Task.WaitAsync(cancel);
    }

    /// <summary>Answers what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _reads.CompleteAdding();
        await _stopped.Task;
        _reads.Dispose();
    }

    private bool TryAdd(Action<LogReader> read)
    {
        try
        {
            return !_reads.IsAddingCompleted && _reads.TryAdd(read);
        }
        catch (InvalidOperationException)
        {
            return false; // Closed in between.
        }
    }

    private void Run()
    {
        foreach (var read in _reads.GetConsumingEnumerable()) read(_reader);
        _reader.Dispose();
        _stopped.SetResult();
    }

    private void Answer<T>(LogReader reader, Func<LogReader, T> read, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(read(reader));
        }
#pragma warning disable CA1031 // Whatever ends a read must end the waiting of its caller, and not the thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            done.SetException(e as BrokerException ?? new BrokerException($"{_path}: cannot be read ({e.Message}); check the disk.", e));
            _ = done.Task.Exception;
        }
    }
}
