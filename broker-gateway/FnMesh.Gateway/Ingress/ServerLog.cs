using FnMesh.Gateway.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Ingress;

/// <summary>
/// Hears from the HTTP server what no call tells: requests that it refused by itself, which are counted, and connections that it cut off because nobody took the answers, which is the verdict of the calls on them.
/// The server says so in its log alone. What is heard is logged on as before.
/// </summary>
internal sealed class ServerLog(ILoggerFactory loggers, Instruments instruments) : ILoggerFactory
{
    private const string BadRequests = "Microsoft.AspNetCore.Server.Kestrel.BadRequests", Http2 = "Microsoft.AspNetCore.Server.Kestrel.Http2";

    /// <summary>How many connections are remembered: what was called over one has its verdict at once.</summary>
    private const int Remembered = 4_096;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _slow = [];
    private readonly Queue<string> _order = new();

    /// <summary>Whether a connection was cut off because its caller took less of its answers than <see cref="ServerLimits"/> asks for.</summary>
    public bool WasTooSlow(string connection)
    {
        lock (_gate) return _slow.Contains(connection);
    }

    public ILogger CreateLogger(string categoryName)
    {
        var log = loggers.CreateLogger(categoryName);
        return categoryName is BadRequests or Http2 ? new Ear(this, log) : log;
    }

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    /// <summary>Whose loggers it hands out outlives it.</summary>
    public void Dispose()
    {
    }

    private void Hear(string? name, object? state, Exception? exception)
    {
        switch (name)
        {
            case "ConnectionBadRequest" when exception is BadHttpRequestException bad && !BrokenBody.IsOfBody(bad):
                instruments.RefusedByServer(ReasonOf(bad.StatusCode));
                break;
            case "Http2ConnectionError" or "Http2StreamError" or "HPackDecodingError":
            case "Http2StreamResetAbort" when Word(state, "error") == "PROTOCOL_ERROR":
                instruments.RefusedByServer("http2");
                break;
            case "ResponseMinimumDataRateNotSatisfied" when Word(state, "ConnectionId") is { } connection:
                Remember(connection);
                break;
        }
    }

    private void Remember(string connection)
    {
        lock (_gate)
        {
            if (!_slow.Add(connection)) return;
            _order.Enqueue(connection);
            if (_order.Count > Remembered) _slow.Remove(_order.Dequeue());
        }
    }

    private static string ReasonOf(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "slow-head",
        StatusCodes.Status413PayloadTooLarge => "body-too-large",
        StatusCodes.Status414UriTooLong => "target-too-long",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "head-too-large",
        StatusCodes.Status505HttpVersionNotsupported => "version",
        _ => "malformed",
    };

    private static string? Word(object? state, string name)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> words) return null;
        foreach (var (key, value) in words)
        {
            if (key == name) return value?.ToString();
        }

        return null;
    }

    private sealed class Ear(ServerLog server, ILogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug || log.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            server.Hear(eventId.Name, state, exception);
            if (log.IsEnabled(logLevel)) log.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
