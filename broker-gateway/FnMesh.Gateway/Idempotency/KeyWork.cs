namespace FnMesh.Gateway.Idempotency;

/// <summary>Something for the store's thread to do together with whatever else waits.</summary>
internal abstract class KeyWork
{
    /// <summary>Inside the transaction.</summary>
    public abstract void Run(KeyTables tables);

    /// <summary>The transaction is written.</summary>
    public abstract void Complete();

    /// <summary>Nothing of it was stored.</summary>
    public abstract void Fail(KeyStoreException reason);
}
