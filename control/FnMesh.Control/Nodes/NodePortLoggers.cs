using FnMesh.Node;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Nodes;

/// <summary>Where the server of the node port logs. What a peer does wrong is no fault of the program: it is told in one line, without where in the program it was found, and not more often than <see cref="BoundedWords"/> allows.</summary>
internal sealed class NodePortLoggers(ILoggerFactory loggers, BoundedWords words) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Line(loggers.CreateLogger(categoryName), words);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
        // The loggers are somebody else's.
    }

    private static bool IsOfPeer(Exception? failure) => failure is InvalidProtocolBufferException or BadHttpRequestException or IOException or InvalidDataException or OperationCanceledException or RpcException;

    private sealed class Line(ILogger logger, BoundedWords words) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsOfPeer(exception)) logger.Log(logLevel, eventId, state, exception, formatter);
            else if (logger.IsEnabled(LogLevel.Warning) && logLevel >= LogLevel.Warning) words.Say(exception!.Message, cause => ControlPlaneLog.CallFailed(logger, formatter(state, null), cause));
        }
    }
}
