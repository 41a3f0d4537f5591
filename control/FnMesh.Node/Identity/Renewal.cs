using System.Security.Cryptography;
using System.Threading.Channels;
using FnMesh.Node.Joining;
using FnMesh.Node.Stream;
using Grpc.Core;
using Grpc.Net.Client;

namespace FnMesh.Node.Identity;

/// <summary>Gets the next SVID at about half the life of the present one, and at once when it is told to.</summary>
internal sealed class Renewal(NodeCredentials credentials, GrpcChannel channel, Random random, NodeLog log, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly Channel<bool> _now = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Does not wait until the half of its life has passed.</summary>
    public void Now() => _now.Writer.TryWrite(true);

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var backoff = new Backoff(FirstWait, LongestWait, random);
        var wait = UntilHalfLife();
        while (true)
        {
            await WaitAsync(wait, cancel);
            try
            {
                var (svid, bundle) = await Enrolment.RenewAsync(channel, time, cancel);
                credentials.Update(svid, bundle);
                log.Renewed(svid.NotAfter);
                backoff.Reset();
                wait = UntilHalfLife();
            }
            catch (Exception e) when (e is RpcException or CryptographicException or OperationCanceledException)
            {
                cancel.ThrowIfCancellationRequested();
                log.RenewalFailed(e is RpcException rpc ? rpc.Status.Detail : e.Message, credentials.Svid.NotAfter);
                wait = backoff.Next();
            }
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        await ((Task)_now.Reader.ReadAsync(either.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Between 45 and 55 % of the life, so that nodes that joined together do not renew together.</summary>
    private TimeSpan UntilHalfLife()
    {
        var svid = credentials.Svid;
        double share;
        lock (random) share = 0.45 + (random.NextDouble() / 10);
        var due = svid.NotBefore + ((svid.NotAfter - svid.NotBefore) * share) - time.GetUtcNow();
        return due > TimeSpan.Zero ? due : TimeSpan.Zero;
    }
}
