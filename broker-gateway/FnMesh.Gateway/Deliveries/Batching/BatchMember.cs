using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>An event that waits for what becomes of its batch.</summary>
internal sealed class BatchMember(Envelope envelope, TraceContext trace)
{
    private readonly TaskCompletionSource<BatchAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Envelope Envelope => envelope;

    public TraceContext Trace => trace;

    public StoredEvent Stored => envelope.Delivered!;

    /// <summary>What it weighs.</summary>
    public long Size { get; } = EventSize.Of(envelope.Delivered!.Event);

    public Task<BatchAnswer> Answer => _answer.Task;

    /// <summary>Whether it still waits.</summary>
    public bool Waits => !_answer.Task.IsCompleted;

    public void End(BatchAnswer answer) => _answer.TrySetResult(answer);

    /// <returns>Whether it was waiting.</returns>
    public bool Leave() => _answer.TrySetCanceled();
}
