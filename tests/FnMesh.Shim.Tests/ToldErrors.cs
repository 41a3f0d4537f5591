using Microsoft.Extensions.Logging;

namespace FnMesh.Shim.Tests;

/// <summary>Tells the first error that is logged.</summary>
internal sealed class ToldErrors(TaskCompletionSource<string> first) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) first.TrySetResult(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
