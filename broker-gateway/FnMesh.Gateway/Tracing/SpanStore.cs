using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// The spans of this gateway that ended last, on disk. One thread does all reading and writing; everybody else only leaves a span, as few
/// bytes, or a question and goes on. A question is answered after everything that was left before it is written.
/// </summary>
internal sealed partial class SpanStore : IAsyncDisposable
{
    private const int MaxQuestions = 64;

    /// <summary>A group this large, in spans, is written at once; a smaller one waits a moment for company.</summary>
    private const int FullGroup = 4_096;

    private static readonly TimeSpan Company = TimeSpan.FromMilliseconds(100);

    /// <summary>Written blocks that are kept for the next spans.</summary>
    private const int MaxFree = 64;

    /// <summary>Spans are put into their form here, outside the gate.</summary>
    [ThreadStatic]
    private static SpanBytes? t_form;

    private readonly object _gate = new();
    private readonly SpanStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _questionsLeft = new(MaxQuestions);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Stack<SpanBlock> _free = [];

    private List<SpanBlock> _blocks = [];
    private int _waiting;
    private int _waitingBytes;
    private List<SpanQuestion> _questions = [];
    private bool _stopping;
    private long _dropped;

    private SpanStore(SpanStoreOptions options, ILogger logger, TimeProvider time)
    {
        _options = options;
        _logger = logger;
        _time = time;
        new Thread(Run) { IsBackground = true, Name = "fnmesh spans" }.Start();
    }

    /// <summary>Spans that were lost because the disk was slower than they came, or failed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Opens the store, or begins a new one when the file is damaged or of another version. Throws when the folder cannot be written.</summary>
    public static async Task<SpanStore> OpenAsync(SpanStoreOptions options, ILogger logger, TimeProvider time)
    {
        var store = new SpanStore(options, logger, time);
        await store._opened.Task;
        return store;
    }

    /// <summary>Leaves an ended span to be written. Never blocks on the disk; drops the span when too many wait.</summary>
    public void Add(Activity span)
    {
        if (Volatile.Read(ref _waitingBytes) >= _options.MaxWaitingBytes)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        var form = t_form ??= new SpanBytes(1024);
        form.Clear();
        SpanForm.Write(span, form);
        var (trace, ended) = (SpanForm.KeyOf(span.TraceId), (span.StartTimeUtc + span.Duration).Ticks);
        lock (_gate)
        {
            if (_stopping || _waitingBytes + form.Written.Length > _options.MaxWaitingBytes)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            if (_blocks is not [.., { IsFull: false }]) _blocks.Add(_free.TryPop(out var free) ? free : new SpanBlock());
            _blocks[^1].Add(trace, ended, form.Written);
            _waitingBytes += form.Written.Length;
            _waiting++;
            if (_waiting is 1 or FullGroup) Monitor.Pulse(_gate);
        }
    }

    /// <summary>The spans of a trace that ended before now, in order of their start, at most 10,000; none when the trace is not known.</summary>
    public Task<IReadOnlyList<SpanRecord>> FindTraceAsync(ActivityTraceId trace, CancellationToken cancel) => AskAsync(trace, cancel);

    /// <summary>Completes when every span that ended before now is on disk, or was dropped.</summary>
    public Task FlushAsync(CancellationToken cancel) => AskAsync(null, cancel);

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        await _closed.Task;
        _questionsLeft.Dispose();
    }

    private async Task<IReadOnlyList<SpanRecord>> AskAsync(ActivityTraceId? trace, CancellationToken cancel)
    {
        await _questionsLeft.WaitAsync(cancel);
        try
        {
            var question = new SpanQuestion(trace);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_stopping, this);
                _questions.Add(question);
                Monitor.Pulse(_gate);
            }

            return await question.Answer.Task.WaitAsync(cancel);
        }
        finally
        {
            _questionsLeft.Release();
        }
    }

    private void Run()
    {
        SpanTable table;
        try
        {
            table = SpanTable.Open(_options, _time, (path, why) => LogBegunAnew(_logger, path, why));
        }
        catch (Exception exception)
        {
            lock (_gate) _stopping = true;
            _closed.SetResult();
            _opened.SetException(exception);
            return;
        }

        _opened.SetResult();
        using (table)
        {
            List<SpanBlock> blocks = [];
            List<SpanQuestion> questions = [];
            while (Take(ref blocks, ref questions))
            {
                Write(table, blocks);
                foreach (var question in questions) Answer(table, question);
                foreach (var block in blocks) block.Clear();
                questions.Clear();
            }
        }

        _closed.SetResult();
    }

    /// <summary>Gives back the blocks that were written, waits for work, and takes all there is.</summary>
    /// <returns>False when the store is stopping and nothing is left.</returns>
    private bool Take(ref List<SpanBlock> blocks, ref List<SpanQuestion> questions)
    {
        lock (_gate)
        {
            foreach (var block in blocks)
            {
                if (_free.Count < MaxFree) _free.Push(block);
            }

            blocks.Clear();
            while (_waiting == 0 && _questions.Count == 0)
            {
                if (_stopping) return false;
                Monitor.Wait(_gate);
            }

            if (_waiting < FullGroup && _questions.Count == 0 && !_stopping) Monitor.Wait(_gate, Company);
            (blocks, _blocks) = (_blocks, blocks);
            (questions, _questions) = (_questions, questions);
            (_waiting, _waitingBytes) = (0, 0);
            return true;
        }
    }

    private void Write(SpanTable table, List<SpanBlock> blocks)
    {
        try
        {
            table.Write(blocks);
        }
        catch (Exception exception)
        {
            // Whatever it is, traffic is worth more than its traces.
            var count = blocks.Sum(block => block.Count);
            Interlocked.Add(ref _dropped, count);
            LogLost(_logger, count, exception);
        }
    }

    private static void Answer(SpanTable table, SpanQuestion question)
    {
        try
        {
            question.Answer.SetResult(question.Trace is { } trace ? table.Find(trace) : []);
        }
        catch (Exception exception)
        {
            question.Answer.SetException(exception);
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "{Path} is {Why}, so traces begin anew: what it held is gone.")]
    private static partial void LogBegunAnew(ILogger logger, string path, string why);

    [LoggerMessage(1, LogLevel.Warning, "{Count} spans could not be written and are lost; traces will have gaps until the disk takes writes again.")]
    private static partial void LogLost(ILogger logger, int count, Exception exception);
}
