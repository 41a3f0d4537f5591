using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control;

/// <summary>Keeps the last good policy: only a compilation without errors and with another hash is published.</summary>
/// <param name="publish">Makes a snapshot live; false when it was refused, and then nothing has changed.</param>
public sealed class PolicyReconciler(Func<PolicySnapshot, CancellationToken, ValueTask<bool>> publish)
{
    private PolicyCompilation? _current;

    /// <summary>The last compilation that went live; null before the first one.</summary>
    public PolicyCompilation? Current => Volatile.Read(ref _current);

    /// <summary>Not to be called twice at once.</summary>
    public async ValueTask<Reconciliation> ReconcileAsync(PolicyCompilation compilation, CancellationToken cancel)
    {
        if (compilation.Snapshot is not { } snapshot)
            return Reconciliation.Refused;
        var same = Current?.Snapshot?.Hash == snapshot.Hash;
        if (!same && !await publish(snapshot, cancel))
            return Reconciliation.Refused;
        Volatile.Write(ref _current, compilation);
        return same ? Reconciliation.Unchanged : Reconciliation.Published;
    }
}
