using FnMesh.Gateway.Ingress;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>Events that gather for one request, until there are as many as the policy says, or the first has waited for long enough. Its owner guards it until it is closed.</summary>
internal sealed class Gathering(BatchKey key, BatchEntry policy, ITimer timer) : IDisposable
{
    private readonly List<BatchMember> _members = [];
    private long _bytes;

    public BatchKey Key => key;

    public IReadOnlyList<BatchMember> Members => _members;

    public bool IsFull => _members.Count >= policy.Size || _bytes >= PublishLimits.MaxBodyBytes;

    /// <summary>Whether one more of this size goes in; the first always does.</summary>
    public bool HasRoom(long size) => _members.Count == 0 || (!IsFull && _bytes + size <= PublishLimits.MaxBodyBytes);

    public void Add(BatchMember member)
    {
        _members.Add(member);
        _bytes += member.Size;
        if (_members.Count == 1) timer.Change(policy.Wait, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();
}
