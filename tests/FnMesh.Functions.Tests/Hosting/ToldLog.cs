using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>Keeps what is logged, value by value.</summary>
internal sealed class ToldLog : ILoggerProvider
{
    private readonly Channel<(string Category, string Name, object? Value)> _values = Channel.CreateUnbounded<(string Category, string Name, object? Value)>();

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, _values.Writer);

    public void Dispose() => _values.Writer.TryComplete();

    /// <summary>The next value of a name that is logged in a category.</summary>
    public async Task<object?> ValueAsync(string category, string name)
    {
        await foreach (var value in _values.Reader.ReadAllAsync())
        {
            if (value.Category == category && value.Name == name) return value.Value;
        }

        throw new InvalidOperationException($"{category} logs no {name}");
    }

    private sealed class Category(string name, ChannelWriter<(string Category, string Name, object? Value)> values) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is not IEnumerable<KeyValuePair<string, object?>> told) return;
            foreach (var (key, value) in told) values.TryWrite((name, key, value));
        }
    }
}
