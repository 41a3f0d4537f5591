using System.Collections.Immutable;

namespace FnMesh.Control.Logs;

/// <summary>
/// The last lines of everything that runs, in memory. Adding a line never waits: readers come for it with a number of their own, and one that is too slow
/// finds out how many lines are gone.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class LogTail(TimeProvider time)
{
    public const int MaxLines = 10_000;

    /// <summary>Of text, in UTF-16 units.</summary>
    public const int MaxCharacters = 8 << 20;

    private const int MaxLineCharacters = 64 << 10;

    private readonly Lock _gate = new();
    private readonly LogLine?[] _ring = new LogLine?[MaxLines];
    private TaskCompletionSource? _more;
    private long _first;
    private long _next;
    private long _characters;
    private bool _completed;

    /// <param name="app">The app; <see cref="LogLine.Mesh"/> for the mesh itself.</param>
    /// <param name="revision">The revision; null for the mesh itself.</param>
    /// <param name="text">Without its line end; cut when it is very long.</param>
    public void Add(string app, string? revision, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLineCharacters) text = string.Concat(text.AsSpan(0, MaxLineCharacters), " … (cut)");
        lock (_gate)
        {
            if (_completed) return;
            while (_next - _first == MaxLines || (_next > _first && _characters + text.Length > MaxCharacters)) Drop();
            _ring[_next++ % MaxLines] = new LogLine(time.GetUtcNow(), app, revision, text);
            _characters += text.Length;
            Wake();
        }
    }

    /// <summary>No line will come any more.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Wake();
        }
    }

    /// <summary>The number that the next line gets.</summary>
    public long Next
    {
        get
        {
            lock (_gate) return _next;
        }
    }

    /// <summary>The number from which on a reader gets the last <paramref name="count"/> lines that it wants.</summary>
    public long Last(int count, Func<LogLine, bool> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (_gate)
        {
            var from = _next;
            for (var at = _next - 1; at >= _first && count > 0; at--)
            {
                if (!wanted(_ring[at % MaxLines]!)) continue;
                from = at;
                count--;
            }

            return from;
        }
    }

    /// <summary>What is there from a number on.</summary>
    /// <param name="from">Where the reader stands; moved behind what it gets.</param>
    /// <param name="most">How many lines are looked at.</param>
    /// <param name="missed">How many lines, of all apps, were gone before the reader came for them.</param>
    /// <param name="isOver">Whether nothing will come after this.</param>
    public ImmutableArray<LogLine> Read(ref long from, int most, out long missed, out bool isOver)
    {
        lock (_gate)
        {
            missed = Math.Max(0, _first - from);
            from += missed;
            var count = (int)Math.Min(most, _next - from);
            var lines = ImmutableArray.CreateBuilder<LogLine>(count);
            for (var end = from + count; from < end; from++) lines.Add(_ring[from % MaxLines]!);
            isOver = _completed && from == _next;
            return lines.MoveToImmutable();
        }
    }

    /// <summary>Completes when there is a line from a number on, or will never be one.</summary>
    public Task WhenMoreAsync(long from, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_next > from || _completed) return Task.CompletedTask;
            _more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _more.Task.WaitAsync(cancel);
        }
    }

    private void Drop()
    {
        ref var oldest = ref _ring[_first++ % MaxLines];
        _characters -= oldest!.Text.Length;
        oldest = null;
    }

    private void Wake()
    {
        _more?.SetResult();
        _more = null;
    }
}
