namespace FnMesh.Gateway.Idempotency;

/// <summary>Work whose caller waits for a value, and goes on elsewhere than on the store's thread.</summary>
internal sealed class KeyWork<T>(Func<KeyTables, T> run) : KeyWork
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _value = default!;

    public Task<T> Done => _done.Task;

    public override void Run(KeyTables tables) => _value = run(tables);

    public override void Complete() => _done.SetResult(_value);

    public override void Fail(KeyStoreException reason)
    {
        _done.SetException(reason);
        _ = _done.Task.Exception; // A caller that stopped waiting is no unobserved failure.
    }
}
