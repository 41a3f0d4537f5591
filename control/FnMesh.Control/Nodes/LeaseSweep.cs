using FnMesh.Node;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Nodes;

/// <summary>Takes out nodes whose lease has ended, soon after it has. What fails is said, and the next look comes all the same.</summary>
/// <param name="table">The nodes.</param>
/// <param name="lease">For what is said.</param>
/// <param name="swept">Called after each look.</param>
/// <param name="log">For what came of it.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaseSweep(NodeTable table, TimeSpan lease, Action swept, ILogger log, TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly BoundedWords _faults = new(time);

    /// <summary>Until it is cancelled; never throws.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel)) Sweep();
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private void Sweep()
    {
        try
        {
            foreach (var node in table.Sweep()) ControlPlaneLog.LeaseEnded(log, node, lease.TotalSeconds);
            swept();
        }
#pragma warning disable CA1031 // No lease would end any more.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _faults.Say(failure.Message, _ => ControlPlaneLog.SweepFailed(log, failure));
        }
    }
}
