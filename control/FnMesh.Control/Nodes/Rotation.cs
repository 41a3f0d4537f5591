using FnMesh.Control.Identity;
using FnMesh.Node.Identity;

namespace FnMesh.Control.Nodes;

/// <summary>Replaces SVIDs, or the authority and all SVIDs, while connections live and calls go on. One at a time.</summary>
internal sealed class Rotation(EmbeddedAuthority authority, ControlCredentials identity, NodeCredentials credentials, NodeTable table, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Gives control and every node a new key and SVID, by the authority that signs now.</summary>
    /// <param name="stepTimeout">How long nodes may take.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<RotationOutcome> RenewAsync(TimeSpan stepTimeout, CancellationToken cancel) => AloneAsync(() => RenewAllAsync(stepTimeout, cancel), cancel);

    /// <summary>Gives control alone a new key and SVID. Waits for a rotation that is under way, which may retire the authority that would sign it: control would then present what no node trusts.</summary>
    public Task RenewOwnAsync(CancellationToken cancel) => AloneAsync(
        async () =>
        {
            await identity.RenewAsync(credentials, cancel);
            return true;
        },
        cancel);

    /// <summary>
    /// Replaces the authority: every node learns to trust the new one, then gets an SVID by it, then forgets the old one. When nodes do not follow in time the old authority
    /// stays trusted, and the next call goes on from there.
    /// </summary>
    /// <inheritdoc cref="RenewAsync"/>
    public Task<RotationOutcome> ReplaceAuthorityAsync(TimeSpan stepTimeout, CancellationToken cancel) => AloneAsync(() => ReplaceAsync(stepTimeout, cancel), cancel);

    public void Dispose() => _one.Dispose();

    private async Task<T> AloneAsync<T>(Func<Task<T>> change, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            return await change();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<RotationOutcome> RenewAllAsync(TimeSpan timeout, CancellationToken cancel)
    {
        // A node may hold one that was signed just before, and not have said so yet.
        var signed = authority.Watch();
        try
        {
            await identity.RenewAsync(credentials, cancel);
            table.TellToRenew(authority.Signing.Subject);
            return await FollowAsync("hold a new SVID", node => signed.Has(node.Svid), timeout, cancel);
        }
        finally
        {
            authority.EndWatch();
        }
    }

    private async Task<RotationOutcome> ReplaceAsync(TimeSpan timeout, CancellationToken cancel)
    {
        // One that was prepared before and never came to sign is taken up.
        if (authority.NewestSigns) authority.Prepare();
        var sequence = authority.Bundle.Sequence;
        var trust = await FollowAsync("trust the new authority", node => node.Bundle >= sequence, timeout, cancel);
        if (!trust.IsWhole) return trust;
        authority.Switch();
        var signer = authority.Signing.Subject;
        await identity.RenewAsync(credentials, cancel);
        table.TellToRenew(signer);
        var signed = await FollowAsync("hold an SVID by the new authority", node => node.Signer == signer, timeout, cancel);
        if (signed.IsWhole) authority.Retire();
        return signed;
    }

    private async Task<RotationOutcome> FollowAsync(string what, Predicate<NodeEntry> follows, TimeSpan timeout, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        try
        {
            await table.WhenAsync(nodes => nodes.All(follows), either.Token);
            return new RotationOutcome(what, []);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new RotationOutcome(what, table.Except(follows));
        }
    }
}
