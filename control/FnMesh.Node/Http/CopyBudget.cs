namespace FnMesh.Node.Http;

/// <summary>Bounds what all copies of bodies that are on their way take in memory. Safe for concurrent use.</summary>
/// <param name="most">In bytes.</param>
public sealed class CopyBudget(long most)
{
    private long _taken;

    /// <summary>Takes all of it or nothing.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most) return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
