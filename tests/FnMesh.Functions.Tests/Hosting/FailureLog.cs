using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>A log that waits for an exception.</summary>
internal sealed class FailureLog : ILoggerProvider, ILogger
{
    private readonly TaskCompletionSource<Exception> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Exception> First => _first.Task;

    /// <summary>Everything that is logged as an error.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel == LogLevel.Error) Errors.Enqueue(formatter(state, exception));
        if (exception is not null) _first.TrySetResult(exception);
    }

    public void Dispose()
    {
    }
}
