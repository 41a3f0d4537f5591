using System.Net.Sockets;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.TakeOver;

/// <summary>
/// The part of the gateway that is taken over from: it hands over its sockets, then its log, and goes on with everything when the other one does not come to serve.
/// </summary>
/// <param name="sockets">What it listens on now, by name.</param>
/// <param name="broker">Its broker.</param>
/// <param name="runners">Its deliveries.</param>
/// <param name="policy">Its policy.</param>
/// <param name="reopen">Opens the log again.</param>
/// <param name="leave">Stops accepting; told the successor's name.</param>
/// <param name="log">For take-overs that came to nothing.</param>
/// <param name="time">The clock.</param>
internal sealed partial class HandOver(
    Func<IReadOnlyList<(string Name, Socket Socket)>> sockets, MovableBroker broker, SubscriptionRunners runners, LivePolicy policy,
    Func<CancellationToken, Task<IBroker>> reopen, Func<string, Task> leave, ILogger log, TimeProvider time)
{
    /// <summary>How long deliveries in flight may go on before they are cut off, and delivered again by the successor.</summary>
    private static readonly TimeSpan DeliveriesTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Longer than a successor takes before it gives up by itself: two must not hold the log to be theirs.</summary>
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan ReopenPause = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _log = log;
    private int _taken;

    /// <summary>Completes when the successor serves, or when it does not and everything is here again.</summary>
    /// <param name="link">The successor.</param>
    /// <param name="successor">Its name as a node.</param>
    /// <param name="cancel">The gateway ends.</param>
    public async Task RunAsync(TakeOverLink link, string successor, CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _taken, 1) != 0)
        {
            await link.WriteLineAsync($"{TakeOverLink.Refused} another gateway is taking over already", cancel);
            return;
        }

        var (released, serves, why) = (false, false, "it ended");
        try
        {
            var open = sockets();
            link.SendSockets($"{TakeOverLink.Sockets} {string.Join(' ', open.Select(static one => one.Name))}", [.. open.Select(static one => one.Socket)]);
            if (await HearAsync(link, cancel) != TakeOverLink.Release) return;
            released = true;
            using (var drain = new CancellationTokenSource(DeliveriesTimeout, time)) await runners.HaltAsync(drain.Token);
            await broker.LetGoAsync();
            await link.WriteLineAsync(TakeOverLink.Released, cancel);
            serves = await HearAsync(link, cancel) == TakeOverLink.Serving;
        }
        catch (Exception lost) when (lost is IOException or SocketException or OperationCanceledException)
        {
            why = lost is OperationCanceledException ? $"it did not serve within {StepTimeout.TotalSeconds:0} s" : lost.Message;
        }
        finally
        {
            if (!serves)
            {
                if (released && !cancel.IsCancellationRequested) await ResumeAsync(why, cancel);
                Volatile.Write(ref _taken, 0);
            }
        }

        if (!serves) return;
        broker.Passed();
        await leave(successor);
        await link.WriteLineAsync(TakeOverLink.Left, cancel);
    }

    private async Task<string?> HearAsync(TakeOverLink link, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(StepTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        return await link.ReadLineAsync(either.Token);
    }

    private async Task ResumeAsync(string why, CancellationToken cancel)
    {
        LogResumes(why);
        IBroker? opened = null;
        // Whoever took it may need a moment to end. What is published meanwhile waits, and is refused after a while.
        for (var tried = 0; opened is null; tried++)
        {
            try
            {
                opened = await reopen(cancel);
            }
            catch (BrokerException held)
            {
                if (tried % 50 == 0) LogHeld(held.Message);
                await Task.Delay(ReopenPause, time, cancel);
            }
        }

        broker.TakeBack(opened);
        runners.Resume();
        try
        {
            await policy.ApplyAgainAsync(cancel);
        }
        catch (BrokerException failed)
        {
            LogHeld(failed.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the gateway that was to take over does not serve ({Why}); this one goes on")]
    private partial void LogResumes(string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "the event log is not here yet: {Reason}")]
    private partial void LogHeld(string reason);
}
