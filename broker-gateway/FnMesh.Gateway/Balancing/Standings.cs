namespace FnMesh.Gateway.Balancing;

/// <summary>What all endpoints of a gateway share: a lock for the rare moment in which one stops or begins to stand, and a number that tells that one did.</summary>
internal sealed class Standings
{
    private long _version = 1;

    public Lock Lock { get; } = new();

    public long Version => Volatile.Read(ref _version);

    /// <summary>To be called under the lock, after the change.</summary>
    public void Changed() => Volatile.Write(ref _version, _version + 1);
}
