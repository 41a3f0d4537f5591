using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>What the live policy says about how long the log keeps what it has. Before the first policy nothing is deleted.</summary>
internal sealed class LogKeeping
{
    private RetentionBounds? _bounds;

    public RetentionBounds? Bounds => Volatile.Read(ref _bounds);

    public void Follow(PolicySnapshot policy)
    {
        var entry = policy.Retention ?? RetentionEntry.Default;
        Volatile.Write(ref _bounds, new RetentionBounds(entry.Age, entry.Bytes, entry.DeadLetterAge));
    }
}
