using System.Threading.Channels;
using FnMesh.Node.Stream;
using Grpc.Core;

namespace FnMesh.Node.Identity;

/// <summary>
/// Gets the next SVID at about half the life of the present one, and at once when it is told to. Where the present one is of no use any more, because it has ended or because
/// the authority was replaced while the node was away, it joins again by its token.
/// </summary>
/// <param name="credentials">What is kept fresh.</param>
/// <param name="renew">Asks control as who the node is.</param>
/// <param name="rejoin">Asks control by the join token.</param>
/// <param name="random">Of the jitter.</param>
/// <param name="log">For what came of it.</param>
/// <param name="time">The clock.</param>
internal sealed class Renewal(
    NodeCredentials credentials, Func<CancellationToken, Task<(Svid Svid, TrustBundle Bundle)>> renew, Func<CancellationToken, Task<(Svid Svid, TrustBundle Bundle)>> rejoin, Random random, NodeLog log, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Timers do not see the clock jump, nor a machine sleep; and none can be set for more than 49 days.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _now = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _estranged;

    /// <summary>Does not wait until the half of its life has passed.</summary>
    public void Now() => _now.Writer.TryWrite(true);

    /// <summary>Who answered as control was not taken for it.</summary>
    public void Doubt() => _estranged = true;

    /// <summary>Control could not be reached: if that is because the two do not know each other any more, no time is lost.</summary>
    public void NowIfEstranged()
    {
        if (IsEstranged) Now();
    }

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var backoff = new Backoff(FirstWait, LongestWait, random);
        var due = DueOf(credentials.Svid, random);
        var failed = false;
        while (true)
        {
            if (failed) await PauseAsync(backoff.Next(), cancel);
            else await WaitUntilAsync(due, cancel);
            try
            {
                await AskAsync(cancel);
                log.Renewed(credentials.Svid.NotAfter);
                backoff.Reset();
                due = DueOf(credentials.Svid, random);
                failed = false;
            }
#pragma warning disable CA1031 // Whatever it was, the SVID ends all the same: it is asked for again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                cancel.ThrowIfCancellationRequested();
                log.RenewalFailed(e is RpcException rpc ? rpc.Status.Detail : e.Message, credentials.Svid.NotAfter);
                failed = true;
            }
        }
    }

    /// <summary>Between 45 and 55 % of the life, so that nodes that joined together do not renew together.</summary>
    internal static DateTimeOffset DueOf(Svid svid, Random random)
    {
        double share;
        lock (random) share = 0.45 + (random.NextDouble() / 10);
        return svid.NotBefore + ((svid.NotAfter - svid.NotBefore) * share);
    }

    /// <summary>An SVID whose life has not begun, since the clock was set back, is of as little use as one whose life is over.</summary>
    private bool IsEstranged => _estranged || !credentials.TrustsItself || time.GetUtcNow() is var now && (now < credentials.Svid.NotBefore || now >= credentials.Svid.NotAfter);

    private async Task AskAsync(CancellationToken cancel)
    {
        try
        {
            var (svid, bundle) = await renew(cancel);
            credentials.Update(svid, bundle);
        }
        catch (RpcException) when (IsEstranged)
        {
            var (svid, bundle) = await rejoin(cancel);
            credentials.Replace(svid, bundle);
            log.Rejoined(svid.Id);
        }

        _estranged = false;
    }

    private async Task WaitUntilAsync(DateTimeOffset due, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var left = due - time.GetUtcNow();
            if (_now.Reader.TryRead(out _) || left <= TimeSpan.Zero) return;
            await LookAsync(left < LongestLook ? left : LongestLook, cancel);
        }
    }

    /// <summary>By a timer and not by the clock: one that is set back makes the pause no longer.</summary>
    private async Task PauseAsync(TimeSpan pause, CancellationToken cancel)
    {
        await LookAsync(pause, cancel);
        cancel.ThrowIfCancellationRequested();
        _now.Reader.TryRead(out _);
    }

    /// <summary>Until the time is over, or it is told not to wait.</summary>
    private async Task LookAsync(TimeSpan longest, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        await ((Task)_now.Reader.WaitToReadAsync(either.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
