using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>All batches that are being gathered. Each is in one place for as long as it takes events; what a subscription has in flight bounds them all.</summary>
internal sealed class Gatherings(HttpMessageInvoker client, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BatchKey, Gathering> _open = [];
    private readonly BatchPost _post = new(client, time);

    /// <summary>Sends an event together with others.</summary>
    /// <exception cref="OperationCanceledException">The attempt's time is up; the others go on.</exception>
    public async ValueTask<BatchAnswer> SendAsync(Envelope envelope, Endpoint endpoint, TraceContext trace, CancellationToken cancel)
    {
        var member = new BatchMember(envelope, trace);
        await using var leaving = cancel.UnsafeRegister(static member => ((BatchMember)member!).Leave(), member);
        Join(new BatchKey(envelope.Subscription!.Name, endpoint, envelope.Target.ToString(), envelope.Principal), member);
        return await member.Answer;
    }

    private void Join(BatchKey key, BatchMember member)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(key, out var gathering) && !gathering.HasRoom(member.Size)) Close(gathering);
            if (!_open.TryGetValue(key, out gathering)) _open.Add(key, gathering = Open(key, member));
            gathering.Add(member);
            if (gathering.IsFull) Close(gathering);
        }
    }

    private Gathering Open(BatchKey key, BatchMember first)
    {
        Gathering? gathering = null;
        var timer = time.CreateTimer(_ => CloseLate(gathering!), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return gathering = new Gathering(key, first.Envelope.Subscription!.Entry.Delivery.Batch!, timer);
    }

    private void CloseLate(Gathering gathering)
    {
        lock (_gate)
        {
            if (_open.GetValueOrDefault(gathering.Key) == gathering) Close(gathering);
        }
    }

    private void Close(Gathering gathering)
    {
        _open.Remove(gathering.Key);
        gathering.Dispose();
        _ = Task.Run(() => _post.SendAsync(gathering));
    }
}
