using FnMesh.Node.Identity;
using FnMesh.Node.Stream;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Nodes;

/// <summary>Renews control's own SVID at half its life, and at once when lives have become shorter. What fails is said and tried again, later each time.</summary>
internal sealed class OwnRenewal(NodeCredentials credentials, SvidLife life, Func<CancellationToken, Task> renew, ILogger log, TimeProvider time)
{
    /// <summary>Looked at often: a timer does not see the clock jump, nor a machine sleep.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Until it is cancelled; never throws.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var backoff = new Backoff(FirstPause, LongestLook);
        while (!cancel.IsCancellationRequested)
        {
            var left = Left();
            if (left > TimeSpan.Zero) await PauseAsync(left < LongestLook ? left : LongestLook, cancel);
            else if (await TryAsync(cancel)) backoff.Reset();
            else await PauseAsync(backoff.Next(), cancel);
        }
    }

    private TimeSpan Left()
    {
        var (svid, now) = (credentials.Svid, time.GetUtcNow());
        return life.IsExceededBy(svid.NotAfter, now) ? TimeSpan.Zero : svid.NotBefore + ((svid.NotAfter - svid.NotBefore) / 2) - now;
    }

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        try
        {
            await renew(cancel);
            return true;
        }
#pragma warning disable CA1031 // Without it control's SVID would end, and with it the mesh's way to control.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!cancel.IsCancellationRequested) ControlPlaneLog.NotRenewed(log, failure, credentials.Svid.NotAfter);
            return false;
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancel) => await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
