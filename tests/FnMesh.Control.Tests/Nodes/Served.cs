using System.Threading.Channels;
using FnMesh.Node;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Tests.Nodes;

/// <summary>What a gateway's node was pushed, in order; it answers as the test says.</summary>
internal sealed class Served
{
    private readonly Channel<PolicySnapshot> _policies = Channel.CreateUnbounded<PolicySnapshot>();
    private readonly Channel<EndpointSnapshot> _endpoints = Channel.CreateUnbounded<EndpointSnapshot>();

    /// <summary>Why the next policies are not taken.</summary>
    public IReadOnlyList<string> Faults { get; set; } = [];

    public NodeDuties Duties => new()
    {
        Policy = (policy, _) =>
        {
            _policies.Writer.TryWrite(policy);
            return new(Faults);
        },
        Endpoints = endpoints => _endpoints.Writer.TryWrite(endpoints),
    };

    public ValueTask<PolicySnapshot> NextPolicyAsync(CancellationToken cancel) => _policies.Reader.ReadAsync(cancel);

    public async Task<EndpointSnapshot> EndpointsAsync(Predicate<EndpointSnapshot> wanted, CancellationToken cancel)
    {
        await foreach (var endpoints in _endpoints.Reader.ReadAllAsync(cancel))
        {
            if (wanted(endpoints)) return endpoints;
        }

        throw new InvalidOperationException("the channel never ends");
    }
}
