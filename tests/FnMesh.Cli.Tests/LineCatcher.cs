using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace FnMesh.Cli.Tests;

/// <summary>A stream of text whose lines a test can await.</summary>
internal sealed class LineCatcher : TextWriter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>All so far.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value)
    {
        Lines.Enqueue(value ?? "");
        _lines.Writer.TryWrite(value ?? "");
    }

    public override void WriteLine(object? value) => WriteLine(value?.ToString());

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    /// <summary>The next line that begins so; those before it are passed over.</summary>
    public async Task<string> LineAsync(string start)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var line = await _lines.Reader.ReadAsync(patience.Token);
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
        }
    }
}
