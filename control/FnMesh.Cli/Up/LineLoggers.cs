using Microsoft.Extensions.Logging;

namespace FnMesh.Cli.Up;

/// <summary>Loggers that write to stderr through one <see cref="LineWriter"/>.</summary>
internal sealed class LineLoggers(LineWriter lines) : ILoggerFactory, ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(lines, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("All lines go to stderr.");

    public void Dispose()
    {
        // Nothing of its own to give back.
    }
}
