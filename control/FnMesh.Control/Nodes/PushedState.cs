using System.Text;
using FnMesh.Node.Protocol;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Google.Protobuf;
using TrustBundle = FnMesh.Node.Protocol.TrustBundle;

namespace FnMesh.Control.Nodes;

/// <summary>What nodes are to have by now: policy and endpoints of gateways, the trust bundle, and SVIDs of the authority that signs. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class PushedState
{
    private long _nonce;

    /// <summary>Null until the first policy has come.</summary>
    public Push? Policy { get; private set; }

    /// <inheritdoc cref="Policy"/>
    public Push? Endpoints { get; private set; }

    public TrustBundle? Bundle { get; private set; }

    /// <summary>The authority that signs; empty until it is known.</summary>
    public string Signer { get; private set; } = "";

    /// <summary>Pushes a policy to the gateways that do not serve it.</summary>
    public void Put(PolicySnapshot policy, IEnumerable<NodeEntry> gateways)
    {
        Policy = PushOf(Subject.Policy, policy.Hash, Encoding.UTF8.GetBytes(PolicySnapshotJson.Write(policy)));
        // Who serves it still, as after a policy that nobody took, need not be told; why it did not take that one stays to be seen.
        Tell(gateways.Where(gateway => gateway.Policy != policy.Hash), new ToNode { Push = Policy });
    }

    /// <summary>Pushes endpoints to gateways.</summary>
    public void Put(EndpointsBoard endpoints, IEnumerable<NodeEntry> gateways)
    {
        Endpoints = PushOf(Subject.Endpoints, endpoints.Version!, endpoints.Json);
        Tell(gateways, new ToNode { Push = Endpoints });
    }

    /// <summary>Tells nodes whom to trust from now on.</summary>
    public void Put(TrustBundle bundle, IEnumerable<NodeEntry> nodes)
    {
        Bundle = bundle;
        Tell(nodes, new ToNode { Bundle = bundle });
    }

    /// <summary>Tells nodes to renew their SVIDs; who comes later with one by another authority is told by <see cref="TellToRenew"/>.</summary>
    public void Put(string signer, IEnumerable<NodeEntry> nodes)
    {
        Signer = signer;
        Tell(nodes, new ToNode { RenewNow = new RenewNow() });
    }

    /// <summary>Tells a node whose stream begins what it does not have.</summary>
    public void CatchUp(NodeEntry node)
    {
        if (Bundle is { } bundle && bundle.Sequence != node.Bundle) node.Outbox?.Add(new ToNode { Bundle = bundle });
        if (!node.IsGateway) return;
        if (Policy is { } policy && policy.Version != node.Policy) node.Outbox?.Add(new ToNode { Push = policy });
        if (Endpoints is { } endpoints && endpoints.Version != node.Endpoints) node.Outbox?.Add(new ToNode { Push = endpoints });
    }

    /// <summary>Tells a node to renew its SVID, if another authority signed it, as when it was not there when the others were told, or if it is to hold no longer.</summary>
    public void TellToRenew(NodeEntry node, bool isTooLong)
    {
        if (isTooLong || (Signer.Length > 0 && node.Signer.Length > 0 && node.Signer != Signer)) node.Outbox?.Add(new ToNode { RenewNow = new RenewNow() });
    }

    /// <summary>Whether a gateway has answered for the policy and serves the endpoints of now.</summary>
    public bool IsServedBy(NodeEntry gateway) => (gateway.Policy == Policy?.Version || gateway.Nack?.Nonce == Policy?.Nonce) && HasEndpoints(gateway);

    public bool HasEndpoints(NodeEntry gateway) => gateway.Endpoints == Endpoints?.Version;

    private static void Tell(IEnumerable<NodeEntry> nodes, ToNode word)
    {
        foreach (var node in nodes) node.Outbox?.Add(word);
    }

    private Push PushOf(Subject subject, string version, byte[] content) => new() { Subject = subject, Version = version, Nonce = $"{++_nonce}", Content = ByteString.CopyFrom(content) };
}
