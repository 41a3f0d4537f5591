using System.Threading.Channels;
using FnMesh.Node.Protocol;
using FnMesh.Node.Storage;
using FnMesh.Policy;

namespace FnMesh.Node.Stream;

/// <summary>Makes what control pushes live, one at a time; of several pushes of one subject that wait, the latest alone.</summary>
internal sealed class PushedResources(NodeDuties duties, NodeStore store, NodeProgress progress, NodeLog log)
{
    private readonly Channel<Push> _policies = Latest();
    private readonly Channel<Push> _endpoints = Latest();

    public void Add(Push push)
    {
        if (push.Subject == Subject.Policy) _policies.Writer.TryWrite(push);
        else if (push.Subject == Subject.Endpoints) _endpoints.Writer.TryWrite(push);
    }

    /// <summary>Until it is cancelled.</summary>
    /// <param name="answer">Told the ack or nack of each push.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(Action<Answer> answer, CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] both = [RunAsync(_policies.Reader, PolicyAsync, answer, ending.Token), RunAsync(_endpoints.Reader, EndpointsAsync, answer, ending.Token)];
        // What ends the one is heard at once, and not when the other has ended too.
        var ended = await Task.WhenAny(both);
        await ending.CancelAsync();
        await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
    }

    private static Channel<Push> Latest() => Channel.CreateBounded<Push>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private async Task RunAsync(ChannelReader<Push> pushes, Func<Push, CancellationToken, ValueTask<IReadOnlyList<string>>> apply, Action<Answer> answer, CancellationToken cancel)
    {
        await foreach (var push in pushes.ReadAllAsync(cancel))
        {
            IReadOnlyList<string> faults;
            try
            {
                faults = await apply(push, cancel);
            }
#pragma warning disable CA1031 // A resource that breaks the node is nacked, and the node goes on with what it had; a wait that was given up in there is no end of this one.
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                faults = [e.Message];
            }

            if (faults.Count > 0) log.Refused(push.Subject, push.Version, string.Join("; ", faults));
            var answered = new Answer { Subject = push.Subject, Version = push.Version, Nonce = push.Nonce };
            answered.Faults.Add(faults);
            answer(answered);
        }
    }

    private async ValueTask<IReadOnlyList<string>> PolicyAsync(Push push, CancellationToken cancel)
    {
        if (duties.Policy is null) return ["the node has no use for policy"];
        if (PolicySnapshotJson.Read(push.Content.ToStringUtf8()) is not { } policy || policy.Hash != push.Version) return ["the content is not the policy that its version names; control and node may be of different versions of FnMesh"];
        var faults = await duties.Policy(policy, cancel);
        if (faults.Count > 0) return faults;
        store.Keep(kept => kept.Write(policy));
        progress.Policy = push.Version;
        return faults;
    }

    private ValueTask<IReadOnlyList<string>> EndpointsAsync(Push push, CancellationToken cancel)
    {
        if (duties.Endpoints is null) return new(["the node has no use for endpoints"]);
        if (EndpointSnapshotJson.VersionOf(push.Content.Span) != push.Version || EndpointSnapshotJson.Read(push.Content.Span) is not { } endpoints) return new(["the content is not the endpoints that its version names"]);
        duties.Endpoints(endpoints);
        store.Keep(kept => kept.Write(endpoints));
        progress.Endpoints = push.Version;
        return new([]);
    }
}
