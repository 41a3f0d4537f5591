namespace FnMesh.Gateway.Routing;

/// <summary>Round robin that outlives the table.</summary>
internal sealed class EndpointTurn
{
    private uint _turn;

    public int Next(int count) => (int)(Interlocked.Increment(ref _turn) % (uint)count);
}
