using System.Net;
using System.Net.Sockets;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Http;

public sealed class SharedListenerTests : IDisposable
{
    private static readonly IPEndPoint Somewhere = new(IPAddress.Loopback, 0);

    private readonly FakeTimeProvider _time = new();
    private readonly SaidLog _log = new();

    [Fact]
    public async Task Without_a_file_descriptor_left_it_pauses_before_it_accepts_again_and_says_so_once()
    {
        var (takes, isShort) = (0, true);
        using var shared = new SharedListener(_log, time: _time)
        {
            // Who does not pause comes to an end too.
            Take = (socket, cancel) => ++takes < 1_000 && isShort ? throw new SocketException((int)SocketError.TooManyOpenSockets) : socket.AcceptAsync(cancel),
        };
        await using var listener = await shared.BindAsync(Somewhere);
        var accepting = listener.AcceptAsync().AsTask();
        Assert.Equal(1, takes);
        for (var pause = 2; pause <= 10; pause++)
        {
            _time.Advance(SharedListener.Pause);
            Assert.Equal(pause, takes);
        }

        var said = Assert.Single(_log.Said);
        Assert.Contains($"{shared.Socket!.LocalEndPoint}", said, StringComparison.Ordinal);

        isShort = false;
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint);
        _time.Advance(SharedListener.Pause);
        await using var connection = await accepting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotNull(connection);
    }

    [Fact]
    public async Task A_connection_that_was_reset_while_it_waited_costs_no_pause()
    {
        var takes = 0;
        using var shared = new SharedListener(_log, time: _time)
        {
            Take = (socket, cancel) => ++takes < 3 ? throw new SocketException((int)SocketError.ConnectionAborted) : socket.AcceptAsync(cancel),
        };
        await using var listener = await shared.BindAsync(Somewhere);
        var accepting = listener.AcceptAsync().AsTask();

        Assert.Equal(3, takes);
        await listener.UnbindAsync();
        Assert.Null(await accepting);
        Assert.Empty(_log.Said);
    }

    [Fact]
    public async Task While_it_pauses_it_can_be_stopped()
    {
        using var shared = new SharedListener(_log, time: _time) { Take = static (_, _) => throw new SocketException((int)SocketError.TooManyOpenSockets) };
        await using var listener = await shared.BindAsync(Somewhere);
        var accepting = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Null(await accepting);
    }

    [Fact]
    public async Task Who_stops_it_while_an_accept_begins_waits_for_the_end_of_that_one()
    {
        var taken = new TaskCompletionSource<Socket>();
        var unbinding = Task.CompletedTask;
        IConnectionListener? listener = null;
        using var shared = new SharedListener(_log, time: _time)
        {
            Take = (_, _) =>
            {
                unbinding = listener!.UnbindAsync().AsTask();
                return new(taken.Task);
            },
        };
        listener = await shared.BindAsync(Somewhere);
        var accepting = listener.AcceptAsync().AsTask();
        Assert.False(unbinding.IsCompleted);

        taken.SetCanceled();
        Assert.Null(await accepting);
        await unbinding.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => _log.Dispose();

    private sealed class SaidLog : ILoggerFactory, ILogger
    {
        public List<string> Said { get; } = [];

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning) Said.Add(formatter(state, exception));
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
