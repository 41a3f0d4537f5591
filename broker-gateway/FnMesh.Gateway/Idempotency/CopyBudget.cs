namespace FnMesh.Gateway.Idempotency;

/// <summary>Bounds what all copies of answers that are on their way take in memory. Safe for concurrent use.</summary>
internal sealed class CopyBudget(long most)
{
    private long _taken;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most) return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
