using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>Lets a test wait for what the gateway logs.</summary>
internal sealed class HeardLog : ILoggerFactory, ILogger
{
    private readonly Channel<(string Name, string Text)> _heard = Channel.CreateUnbounded<(string, string)>();

    /// <summary>Whatever was logged as an error.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>Completes with the next line of an event, by the name of its method.</summary>
    public Task<string> HearAsync(string name, CancellationToken cancel) => HearAsync([name], static _ => true, cancel);

    /// <summary>Completes with the next line of any of some events that is wanted.</summary>
    public async Task<string> HearAsync(string[] names, Func<string, bool> wanted, CancellationToken cancel)
    {
        while (true)
        {
            var heard = await _heard.Reader.ReadAsync(cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancel);
            if (names.Contains(heard.Name) && wanted(heard.Text)) return heard.Text;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error) Errors.Enqueue($"{formatter(state, exception)} {exception}");
        _heard.Writer.TryWrite((eventId.Name ?? string.Empty, formatter(state, exception)));
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
