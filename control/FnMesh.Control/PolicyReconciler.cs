using System.Collections.Immutable;
using FnMesh.Policy;

namespace FnMesh.Control;

/// <summary>Keeps the last good policy: a policy with an error changes nothing, one that says the same as the live one is not published again.</summary>
/// <param name="publish">Makes a policy live; called one at a time, in order.</param>
/// <param name="report">Given the diagnostics of each policy that has some, before it is published or refused.</param>
public sealed class PolicyReconciler(Func<PolicyCompilation, CancellationToken, ValueTask> publish, Action<ImmutableArray<Diagnostic>> report)
{
    private volatile PolicyCompilation? _live;

    /// <summary>The policy that was published last; null before the first.</summary>
    public PolicyCompilation? Live => _live;

    /// <summary>Takes the newest policy; calls must not overlap.</summary>
    /// <returns>Whether it is good: published now, or live already.</returns>
    public async ValueTask<bool> AcceptAsync(PolicyCompilation compilation, CancellationToken cancel)
    {
        if (!compilation.Diagnostics.IsEmpty) report(compilation.Diagnostics);
        if (compilation.Snapshot is not { } snapshot) return false;
        if (_live?.Snapshot?.Hash != snapshot.Hash) await publish(compilation, cancel);
        _live = compilation;
        return true;
    }
}
