using System.Collections.Immutable;
using FnMesh.Cli.Output;
using FnMesh.Control;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Cli.Up;

/// <summary>What is said of each edit of the policy: what is wrong with it, and which policy is live.</summary>
/// <param name="say">Takes each line.</param>
/// <param name="first">The policy that the first edit is compared with; what it says was said already.</param>
internal sealed class PolicyLines(Action<string> say, PolicyCompilation first)
{
    private ImmutableHashSet<Diagnostic> _saidWarnings = [.. first.Diagnostics];
    private bool _lastRefused;

    /// <param name="edit">The compilation.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="live">The policy that is live now.</param>
    public void Tell(PolicyCompilation edit, Reconciliation outcome, PolicySnapshot live)
    {
        // Functions that come up make the policy anew each time; what was said of it already is said once.
        foreach (var diagnostic in edit.Diagnostics.Where(found => found.Severity == Severity.Error || !_saidWarnings.Contains(found))) say(diagnostic.ToString());
        _saidWarnings = [.. edit.Diagnostics.Where(found => found.Severity == Severity.Warning)];
        var name = $"policy {live.Hash[..8]}";
        if (outcome == Reconciliation.Refused) say($"{name} stays live: the edit was refused");
        else if (outcome == Reconciliation.Published) say($"{name} live: {Counted.Of(live.Apps.Length, "app")}, {Counted.Of(live.Routes.Length, "route")}, {Counted.Of(live.Subscriptions.Length, "subscription")}");
        else if (_lastRefused) say($"{name} live, as before");
        _lastRefused = outcome == Reconciliation.Refused;
    }
}
