namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>A request whose caller waits for a value; the caller goes on elsewhere than on the writer's thread.</summary>
internal abstract class WriteRequest<T>(long bytes) : WriteRequest(bytes)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BrokerException? _refusal;
    private T _value = default!;

    public Task<T> Done => _done.Task;

    public sealed override void Apply(LogTables tables)
    {
        var (value, refusal) = Run(tables);
        _value = value;
        _refusal = refusal;
    }

    public sealed override void Complete()
    {
        if (_refusal is null) _done.SetResult(_value);
        else Fail(_refusal);
    }

    public sealed override void Fail(BrokerException reason)
    {
        _done.SetException(reason);
        _ = _done.Task.Exception; // A caller that stopped waiting is no unobserved failure.
    }

    /// <summary>A refusal changes nothing and concerns this request alone; an exception ends the whole group.</summary>
    protected abstract (T Value, BrokerException? Refusal) Run(LogTables tables);
}
