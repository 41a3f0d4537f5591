using System.Net.Sockets;
using FnMesh.Gateway.Broker;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.TakeOver;

/// <summary>Where a running gateway is asked by the next one on its data directory. Nobody but the user who runs it may connect.</summary>
internal sealed partial class TakeOverDoor : IAsyncDisposable
{
    private const int Backlog = 512;
    private const int MaxAtOnce = 64;

    /// <summary>From the connection to the end of its first line, and for a publication to its end.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly HandOver _handOver;
    private readonly IBroker _broker;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _room = new(MaxAtOnce);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private TakeOverDoor(Socket socket, HandOver handOver, IBroker broker, ILogger log, TimeProvider time)
    {
        (_socket, _handOver, _broker, _log, _time) = (socket, handOver, broker, log, time);
        _running = RunAsync();
    }

    /// <summary>Opens it in place of the predecessor's, if there is one.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static TakeOverDoor Open(string directory, HandOver handOver, IBroker broker, ILogger log, TimeProvider time)
    {
        var path = TakeOverLink.PathIn(directory);
        // Moved into its place, so that there is always one; and so that whoever ends removes nothing of whoever came after.
        var beside = Path.Combine(directory, $"{Environment.ProcessId}.sock");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(beside);
            socket.Bind(new UnixDomainSocketEndPoint(beside));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(beside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            File.Move(beside, path, overwrite: true);
            return new TakeOverDoor(socket, handOver, broker, log, time);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is not (SocketException or UnauthorizedAccessException or ArgumentException)) throw;
            throw new IOException($"{path}: {failure.Message}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = 0; i < MaxAtOnce; i++) await _room.WaitAsync();
        _socket.Dispose();
        _stop.Dispose();
        _room.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (true)
        {
            await _room.WaitAsync(_stop.Token);
            try
            {
                _ = ServeAsync(new TakeOverLink(await _socket.AcceptAsync(_stop.Token)));
            }
            catch
            {
                _room.Release();
                if (_stop.IsCancellationRequested) throw;
            }
        }
    }

    private async Task ServeAsync(TakeOverLink link)
    {
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var timer = _time.CreateTimer(static asking => ((CancellationTokenSource)asking!).Cancel(), asking, AskTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            var line = await link.ReadLineAsync(asking.Token);
            if (line?.StartsWith(TakeOverLink.Append + " ", StringComparison.Ordinal) == true) await ForwardedEvents.TakeAsync(link, line[(TakeOverLink.Append.Length + 1)..], _broker, asking.Token);
            else if (line?.StartsWith(TakeOverLink.TakeOver + " ", StringComparison.Ordinal) == true) await _handOver.RunAsync(link, line[(TakeOverLink.TakeOver.Length + 1)..], _stop.Token);
            else if (line is not null) await link.WriteLineAsync($"{TakeOverLink.Refused} this gateway is of a version that does not know '{line}'; start the new one without --take-over", asking.Token);
        }
        catch (Exception failure) when (failure is IOException or SocketException or BrokerException or OperationCanceledException)
        {
            if (!_stop.IsCancellationRequested) LogFailed(failure.Message);
        }
        finally
        {
            link.Dispose();
            _room.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "what another gateway on the same data directory asked came to nothing: {Reason}")]
    private partial void LogFailed(string reason);
}
