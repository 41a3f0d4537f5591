using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>A settlement that waits to be recorded.</summary>
internal sealed class PendingSettlement(Settlement settlement)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Settlement Settlement => settlement;

    public Task Done => _done.Task;

    public void Complete() => _done.SetResult();

    public void Fail(BrokerException reason)
    {
        _done.SetException(reason);
        _ = _done.Task.Exception;
    }
}
