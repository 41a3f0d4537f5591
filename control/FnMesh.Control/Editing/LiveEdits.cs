using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Control.Editing;

/// <summary>Writes changes into policy files, one at a time, and answers when they are live.</summary>
/// <param name="role">Whose policy it is.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveEdits(ControlRole role, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LiveTimeout = TimeSpan.FromSeconds(8);

    /// <summary>One edit at a time: two would only refuse one another.</summary>
    private readonly SemaphoreSlim _editing = new(1);

    public void Dispose() => _editing.Dispose();

    /// <summary>Whether every gateway that is connected, and there is one, serves a policy.</summary>
    public bool AreServed(PolicySnapshot policy)
    {
        var gateways = role.Plane.Nodes.Where(static node => node is { Role: "gateway", Connected: true }).ToArray();
        return gateways.Length > 0 && Array.TrueForAll(gateways, node => node.Policy == policy.Hash);
    }

    /// <param name="context">Answered, whatever comes of it.</param>
    /// <param name="what">What is changed, in a word.</param>
    /// <param name="make">Makes the edit.</param>
    /// <param name="isLive">Whether the live policy has it.</param>
    /// <param name="write">Answers that it is live; told whether a file was changed.</param>
    /// <param name="refused">The status when the policy would have errors.</param>
    public async Task RunAsync(HttpContext context, string what, Func<PolicyEdit> make, Func<bool> isLive, Func<bool, Task> write, int refused = StatusCodes.Status422UnprocessableEntity)
    {
        if (!role.FollowsEdits)
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status409Conflict, "Edits are not followed", "this mesh was started with --no-watch, so what is written would not go live; start it without");
            return;
        }

        await _editing.WaitAsync(context.RequestAborted);
        try
        {
            await ChangeAsync(context, what, make, isLive, write, refused);
        }
        finally
        {
            _editing.Release();
        }
    }

    private async Task ChangeAsync(HttpContext context, string what, Func<PolicyEdit> make, Func<bool> isLive, Func<bool, Task> write, int refused)
    {
        using var deadline = new CancellationTokenSource(LiveTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        // Armed before the file is written: what comes of it must not be missed.
        var next = role.NextReconciliation;
        var edit = make();
        if (!edit.Faults.IsEmpty)
        {
            await ControlApi.WriteAsync(context, refused, RefusedAnswer.Of(what, edit.Faults, refused), EditingJson.Default.RefusedAnswer, "application/problem+json");
            return;
        }

        if (edit.Conflict is { } conflict)
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status409Conflict, "Not changed", conflict);
            return;
        }

        try
        {
            while (!isLive())
            {
                var (outcome, faults) = await next.WaitAsync(either.Token);
                next = role.NextReconciliation;
                if (outcome != Reconciliation.Refused || isLive()) continue;
                await ControlApi.WriteProblemAsync(context, StatusCodes.Status502BadGateway, "Not live", $"the {what} is written, and not live: {faults}");
                return;
            }

            if (role.Plane.AnyGateway is not null) await role.Plane.WhenServedAsync(either.Token);
            await write(edit.Changed);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status504GatewayTimeout, "Not live", $"the {what} is written, and not every gateway serves it after {LiveTimeout.TotalSeconds:0} s; see 'fnmesh nodes'");
        }
    }
}
