namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>One lane, at once, and no other.</summary>
internal sealed class EmbeddedLanes(EmbeddedLane only) : ILanes
{
    private ILane? _next = only;

    public ValueTask<ILane> NextAsync(CancellationToken cancel) =>
        Interlocked.Exchange(ref _next, null) is { } lane ? new(lane) : new(new TaskCompletionSource<ILane>().Task.WaitAsync(cancel));

    public ValueTask DisposeAsync() => default;
}
