using System.Threading.Channels;

using FnMesh.Cli.Output;
using FnMesh.Control.Logs;

namespace FnMesh.Cli.Up;

/// <summary>Lines to stderr from any thread without blocking it; what stderr does not take, or too slowly, is dropped and counted.</summary>
internal sealed class LineWriter : IAsyncDisposable
{
    private const int MaxLines = 8_192;

    /// <summary>How long the end waits for a reader who does not read.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);
    private const string Own = $"{LogLine.Mesh}: ";
    private static readonly string[] Colours = ["\e[36m", "\e[35m", "\e[34m", "\e[32m", "\e[33m", "\e[96m", "\e[95m", "\e[94m"];

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(MaxLines) { SingleReader = true });
    private readonly TextWriter _error;
    private readonly bool _coloured;
    private readonly TimeProvider _time;
    private readonly Task _pump;
    private readonly LogTail? _tail;
    private long _dropped;

    /// <param name="error">Where the lines go.</param>
    /// <param name="coloured">Whether names may be coloured.</param>
    /// <param name="time">The clock of the end's patience.</param>
    /// <param name="tail">Gets them too, for those who read them later; null for nobody.</param>
    public LineWriter(TextWriter error, bool coloured, TimeProvider time, LogTail? tail = null)
    {
        _error = error;
        _coloured = coloured;
        _time = time;
        _tail = tail;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>A line that <c>up</c> itself says.</summary>
    public void Say(string line)
    {
        _tail?.Add(LogLine.Mesh, null, line.StartsWith(Own, StringComparison.Ordinal) ? line[Own.Length..] : line);
        Write(line);
    }

    /// <summary>A line of the mesh's parts.</summary>
    public void Log(string line) => Say(LogLine.Mesh, null, line);

    /// <summary>A line of a revision.</summary>
    public void Say(string app, string? revision, string line)
    {
        _tail?.Add(app, revision, line);
        var who = revision is null ? app : $"{app}/{revision}";
        Write(_coloured ? $"{Colours[Hash(who) % Colours.Length]}{who}\e[0m | {line}" : $"{who} | {line}");
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _pump.WaitAsync(EndPatience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static int Hash(string text) => text.Aggregate(17, (hash, character) => ((hash * 31) + character) & 0xFFFFFF);

    private void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    private async Task PumpAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            // A disk that is full now may have room for later lines.
            if (!await TryWriteAsync(line)) Interlocked.Increment(ref _dropped);
            else if (Interlocked.Exchange(ref _dropped, 0) is var dropped and > 0 && !await TryWriteAsync($"({Counted.Of(dropped, "line")} dropped: stderr did not take them in time)"))
                Interlocked.Add(ref _dropped, dropped);
        }

        await _error.FlushAsync();
    }

    private async Task<bool> TryWriteAsync(string line)
    {
        try
        {
            await _error.WriteLineAsync(line);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;
        }
    }
}
