using System.Threading.Channels;

using FnMesh.Cli.Output;

namespace FnMesh.Cli.Up;

/// <summary>Lines to stderr from any thread without blocking it; when the reader of stderr is too slow, lines are dropped and counted.</summary>
internal sealed class LineWriter : IAsyncDisposable
{
    private const int MaxLines = 8_192;
    private static readonly string[] Colours = ["\e[36m", "\e[35m", "\e[34m", "\e[32m", "\e[33m", "\e[96m", "\e[95m", "\e[94m"];

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(MaxLines) { SingleReader = true });
    private readonly TextWriter _error;
    private readonly bool _coloured;
    private readonly Task _pump;
    private long _dropped;

    public LineWriter(TextWriter error, bool coloured)
    {
        _error = error;
        _coloured = coloured;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>A line that <c>up</c> itself says.</summary>
    public void Say(string line) => Write(line);

    /// <summary>A line that somebody else says.</summary>
    public void Say(string who, string line) =>
        Write(_coloured ? $"{Colours[Hash(who) % Colours.Length]}{who}\e[0m | {line}" : $"{who} | {line}");

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _pump;
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
            await _error.WriteLineAsync(line);
            if (Interlocked.Exchange(ref _dropped, 0) is var dropped and > 0)
                await _error.WriteLineAsync($"({Counted.Of(dropped, "line")} dropped: stderr is read too slowly)");
        }

        await _error.FlushAsync();
    }
}
