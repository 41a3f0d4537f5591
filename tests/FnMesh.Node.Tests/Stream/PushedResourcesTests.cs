using System.Text;
using System.Threading.Channels;
using FnMesh.Node.Protocol;
using FnMesh.Node.Storage;
using FnMesh.Node.Stream;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Node.Tests.Stream;

public sealed class PushedResourcesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly NodeProgress _progress = new();
    private readonly Channel<Answer> _answers = Channel.CreateUnbounded<Answer>();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Of_policies_that_wait_while_one_is_bound_the_latest_alone_is_bound()
    {
        var (began, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var bound = new List<string>();
        var resources = Run(new NodeDuties
        {
            Policy = async (policy, _) =>
            {
                bound.Add(policy.Hash);
                began.TrySetResult();
                await go.Task;
                return [];
            },
        });
        var (first, second, third) = (Policy("a"), Policy("b"), Policy("c"));

        resources.Add(Push(first));
        await began.Task.WaitAsync(Patience);
        resources.Add(Push(second));
        resources.Add(Push(third));
        go.SetResult();

        Assert.Equal([first.Hash, third.Hash], [(await NextAsync()).Version, (await NextAsync()).Version]);
        Assert.Equal([first.Hash, third.Hash], bound);
        Assert.Equal((third.Hash, third.Hash), (_progress.Policy, Store().ReadPolicy()?.Hash));
    }

    [Fact]
    public async Task What_cannot_be_bound_is_nacked_with_the_reason_and_the_one_before_stays_also_on_disk()
    {
        IReadOnlyList<string> faults = [];
        var resources = Run(new NodeDuties { Policy = (_, _) => new(faults) });
        resources.Add(Push(Policy("a")));
        Assert.Empty((await NextAsync()).Faults);

        faults = ["no room on the disk"];
        resources.Add(Push(Policy("b")));

        Assert.Equal("no room on the disk", Assert.Single((await NextAsync()).Faults));
        Assert.Equal((Policy("a").Hash, Policy("a").Hash), (_progress.Policy, Store().ReadPolicy()?.Hash));
    }

    [Fact]
    public async Task What_breaks_the_node_is_nacked_and_the_next_one_is_tried()
    {
        var break_ = true;
        var resources = Run(new NodeDuties { Policy = (_, _) => break_ ? throw new InvalidOperationException("a bug") : new([]) });
        resources.Add(Push(Policy("a")));
        Assert.Equal("a bug", Assert.Single((await NextAsync()).Faults));

        break_ = false;
        resources.Add(Push(Policy("b")));
        Assert.Empty((await NextAsync()).Faults);
    }

    [Fact]
    public async Task Content_that_is_not_what_its_version_names_is_nacked()
    {
        var resources = Run(new NodeDuties { Policy = (_, _) => new([]), Endpoints = _ => { } });
        var policy = Push(Policy("a"));
        policy.Version = Policy("b").Hash;
        resources.Add(policy);
        Assert.Contains("is not the policy that its version names", Assert.Single((await NextAsync()).Faults), StringComparison.Ordinal);

        resources.Add(new Push { Subject = Subject.Endpoints, Version = "nothing", Content = ByteString.CopyFrom(EndpointSnapshotJson.Write(EndpointSnapshot.Empty)) });
        Assert.Contains("is not the endpoints that its version names", Assert.Single((await NextAsync()).Faults), StringComparison.Ordinal);
        Assert.Equal(("", ""), (_progress.Policy, _progress.Endpoints));
    }

    [Fact]
    public async Task A_wait_that_was_given_up_inside_the_node_is_nacked_and_the_next_one_is_tried()
    {
        var gaveUp = true;
        var resources = Run(new NodeDuties { Policy = (_, _) => gaveUp ? throw new TaskCanceledException("the disk took too long") : new([]) });
        resources.Add(Push(Policy("a")));
        Assert.Equal("the disk took too long", Assert.Single((await NextAsync()).Faults));

        gaveUp = false;
        resources.Add(Push(Policy("b")));
        Assert.Empty((await NextAsync()).Faults);
    }

    [Fact]
    public async Task What_ends_the_work_on_one_subject_ends_the_other_and_is_heard()
    {
        var resources = new PushedResources(new NodeDuties { Policy = (_, _) => new([]) }, Store(), _progress, new NodeLog(NullLogger.Instance));
        var running = resources.RunAsync(_ => throw new InvalidOperationException("nobody takes answers"), _stop.Token);

        resources.Add(Push(Policy("a")));

        Assert.Equal("nobody takes answers", (await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitAsync(Patience))).Message);
    }

    private PushedResources Run(NodeDuties duties)
    {
        var resources = new PushedResources(duties, Store(), _progress, new NodeLog(NullLogger.Instance));
        _ = resources.RunAsync(answer => _answers.Writer.TryWrite(answer), _stop.Token);
        return resources;
    }

    private NodeStore Store() => new(PrivateFolder.Open(_folder.Path));

    private async Task<Answer> NextAsync() => await _answers.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    private static Push Push(PolicySnapshot policy) => new() { Subject = Subject.Policy, Version = policy.Hash, Content = ByteString.CopyFrom(Encoding.UTF8.GetBytes(PolicySnapshotJson.Write(policy))) };

    private static PolicySnapshot Policy(string app) =>
        PolicyCompiler.Compile([new PolicySource("a.yaml", $"apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: {{ name: {app} }}\nspec: {{ revisions: [ {{ name: {app}-v1, run: {{ command: [ x ] }} }} ] }}")]).Snapshot!;
}
