using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Nodes;

/// <summary>How long the SVIDs hold that are signed now: as the live policy says.</summary>
internal sealed class SvidLife
{
    private long _ticks = PolicySnapshot.DefaultSvidLife.Ticks;

    public TimeSpan Current => new(Interlocked.Read(ref _ticks));

    public void Follow(PolicySnapshot policy) => Interlocked.Exchange(ref _ticks, (policy.SvidLife ?? PolicySnapshot.DefaultSvidLife).Ticks);

    /// <summary>Whether an SVID holds longer than one that is signed now would; such a one is replaced.</summary>
    /// <param name="ends">When it ends.</param>
    /// <param name="now">The time of its signer's clock.</param>
    public bool IsExceededBy(DateTimeOffset ends, DateTimeOffset now) => ends > now + Current;
}
