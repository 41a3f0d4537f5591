using FnMesh.Cli.Output;
using FnMesh.Control;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Cli.Up;

/// <summary>What is said of each edit of the policy: what is wrong with it, and which policy is live.</summary>
/// <param name="say">Takes each line.</param>
internal sealed class PolicyLines(Action<string> say)
{
    private bool _lastRefused;

    /// <param name="edit">The compilation.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="live">The policy that is live now.</param>
    public void Tell(PolicyCompilation edit, Reconciliation outcome, PolicySnapshot live)
    {
        foreach (var diagnostic in edit.Diagnostics) say(diagnostic.ToString());
        var name = $"policy {live.Hash[..8]}";
        if (outcome == Reconciliation.Refused) say($"{name} stays live: the edit was refused");
        else if (outcome == Reconciliation.Published) say($"{name} live: {Counted.Of(live.Apps.Length, "app")}, {Counted.Of(live.Routes.Length, "route")}, {Counted.Of(live.Subscriptions.Length, "subscription")}");
        else if (_lastRefused) say($"{name} live, as before");
        _lastRefused = outcome == Reconciliation.Refused;
    }
}
