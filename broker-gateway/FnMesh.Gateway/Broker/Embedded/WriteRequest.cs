namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Something for the writer to store together with whatever else waits.</summary>
internal abstract class WriteRequest(long bytes)
{
    /// <summary>What it weighs while it waits.</summary>
    public long Bytes => bytes;

    /// <summary>The subscription that it changes; null when it changes none.</summary>
    public virtual string? Subscription => null;

    /// <summary>Runs inside the transaction.</summary>
    public abstract void Apply(LogTables tables);

    /// <summary>The transaction is on disk.</summary>
    public abstract void Complete();

    /// <summary>Nothing of it was stored.</summary>
    public abstract void Fail(BrokerException reason);
}
