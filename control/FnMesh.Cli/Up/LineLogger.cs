using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace FnMesh.Cli.Up;

/// <summary>Log records as lines of <c>up</c>: our own from information on, the framework's from warning on.</summary>
internal sealed class LineLogger(LineWriter lines, string category) : ILogger
{
    private readonly LogLevel _least = category.StartsWith("FnMesh.", StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _least && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var level = logLevel switch
        {
            LogLevel.Warning => "warning: ",
            LogLevel.Error or LogLevel.Critical => "error: ",
            _ => "",
        };
        // A busy port is no fault of the program: where it was called stands for nothing.
        if (exception is IOException { InnerException: AddressInUseException })
            lines.Log($"{level}{formatter(state, null)}: {exception.Message}");
        else
            lines.Log(exception is null ? $"{level}{formatter(state, null)}" : $"{level}{formatter(state, exception)}\n{exception}");
    }
}
