using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Tests.Nodes;

/// <summary>What is logged from warning on, as a terminal shows it, to be waited for.</summary>
internal sealed class SaidLines : ILoggerFactory, ILogger
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>The next line that holds a part.</summary>
    public async Task<string> NextAsync(string part, CancellationToken cancel)
    {
        while (true)
        {
            var line = await _lines.Reader.ReadAsync(cancel);
            if (line.Contains(part, StringComparison.Ordinal)) return line;
        }
    }

    /// <summary>All lines that were not waited for.</summary>
    public IReadOnlyList<string> All()
    {
        var lines = new List<string>();
        while (_lines.Reader.TryRead(out var line)) lines.Add(line);
        return lines;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _lines.Writer.TryWrite(exception is null ? formatter(state, null) : $"{formatter(state, exception)}\n{exception}");
    }

    public void Dispose()
    {
    }
}
