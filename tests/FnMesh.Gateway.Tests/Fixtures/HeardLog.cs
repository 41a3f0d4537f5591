using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>Lets a test wait for what the gateway logs.</summary>
internal sealed class HeardLog : ILoggerFactory, ILogger
{
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    /// <summary>Completes at the next line of an event, by the name of its method.</summary>
    public async Task HearAsync(string name, CancellationToken cancel)
    {
        while (await _heard.Reader.ReadAsync(cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancel) != name)
        {
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _heard.Writer.TryWrite(eventId.Name ?? string.Empty);

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
