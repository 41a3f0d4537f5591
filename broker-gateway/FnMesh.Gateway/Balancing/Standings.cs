namespace FnMesh.Gateway.Balancing;

/// <summary>
/// What all endpoints of a gateway share: a lock for the rare moment in which one stops or begins to stand, or a backend gets others; a number that tells that it came, and a task for who waits for it.
/// </summary>
internal sealed class Standings
{
    private long _version = 1;
    private TaskCompletionSource? _next;

    public Lock Lock { get; } = new();

    public long Version => Volatile.Read(ref _version);

    /// <summary>Completes with the next change.</summary>
    public Task Next
    {
        get
        {
            lock (Lock) return (_next ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>To be called under the lock, after the change.</summary>
    public void Changed()
    {
        Volatile.Write(ref _version, _version + 1);
        _next?.SetResult();
        _next = null;
    }
}
