using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Limits;

/// <summary>
/// Bounds how much a gateway carries at once; what comes beyond is refused at the door and never waits. Callers from outside may take three quarters: their calls end only when
/// the calls between functions that they cause find a place. Safe for concurrent use.
/// </summary>
internal sealed class LoadGate
{
    private int _count;

    /// <summary>Requests that are carried now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <param name="most">How many in all.</param>
    /// <param name="isMember">Whether a member of the mesh asks.</param>
    /// <returns>A place to give back, or one that is not held.</returns>
    public LoadPlace Enter(int most, bool isMember)
    {
        var count = Interlocked.Increment(ref _count);
        if (count <= (isMember ? most : OfOutside(most))) return new(this);
        Interlocked.Decrement(ref _count);
        return default;
    }

    /// <summary>The part of callers from outside.</summary>
    public static int OfOutside(int most) => (int)(most * 3L / 4);

    /// <summary>What holds without a policy.</summary>
    public static int Default => PolicySnapshot.DefaultInFlight;

    public void Leave() => Interlocked.Decrement(ref _count);
}
