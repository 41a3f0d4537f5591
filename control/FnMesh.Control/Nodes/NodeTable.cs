using System.Collections.Immutable;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using FnMesh.Policy.Snapshots;
using TrustBundle = FnMesh.Node.Protocol.TrustBundle;

namespace FnMesh.Control.Nodes;

/// <summary>
/// The nodes of the mesh, what each was told and what each serves. Everything happens under one lock and nothing in it waits: words to nodes go into their outboxes.
/// </summary>
internal sealed class NodeTable(TimeSpan lease, SvidLife life, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly NodeRegister _nodes = new();
    private readonly Settlement _settlement = new(time);
    private readonly PushedState _pushed = new();
    private readonly Judgement _judgement = new();
    private readonly AwaitedConditions<NodeTable> _awaited = new();
    private readonly EndpointsBoard _endpoints = new(time);

    /// <summary>Raised under the lock when a declaration is new; a handler must neither block nor call back.</summary>
    public event Action? DeclarationsChanged;

    /// <summary>What was started by hand; looked at under the lock.</summary>
    public TakenPlaces Places { get; } = new();

    /// <summary>Null until the first policy has come.</summary>
    public PolicySnapshot? Policy { get; private set; }

    public EndpointSnapshot Endpoints => _endpoints.Snapshot;

    public bool IsDirty { get; private set; }

    /// <summary>What is declared in code, of revisions that the policy knows or may come to know.</summary>
    public ImmutableArray<NodeDeclaration> Declarations
    {
        get
        {
            lock (_gate) return _judgement.Declarations;
        }
    }

    public ImmutableArray<NodeView> Nodes
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetUtcNow();
                return [.. _nodes.All.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => node.View(_pushed.Policy?.Version, _pushed.Bundle?.Sequence ?? 0, now + lease - time.GetElapsedTime(node.Heard)))];
            }
        }
    }

    /// <summary>The mesh listeners of the gateways that are connected.</summary>
    public ImmutableArray<Uri> ConnectedGateways => Connected(GatewayWords.MeshOf);

    /// <summary>The edge of a gateway that is connected; null for none.</summary>
    public Uri? AnyEdge => Connected(GatewayWords.EdgeOf).FirstOrDefault();

    /// <summary>A node's stream begins.</summary>
    /// <returns>Null when it is refused; <paramref name="fault"/> says why.</returns>
    public NodeEntry? Connect(Hello hello, SpiffeId id, NodeOutbox outbox, out string fault)
    {
        fault = HelloRules.Fault(hello, id) ?? "";
        if (fault.Length > 0) return null;
        lock (_gate)
        {
            var known = _nodes.Find(hello.Node);
            fault = _nodes.Fault(known, hello, id, known is not null && HasEnded(known)) ?? "";
            if (fault.Length > 0) return null;

            known?.Outbox?.Close();
            var node = NodeEntry.Of(hello, id, outbox, known);
            _nodes.Put(node);
            Hear(node);
            Refresh();
            _pushed.CatchUp(node);
            if (!node.IsGateway && GatewayWords.Of(_nodes.Gateways) is { } gateways) outbox.Add(gateways);
            Settle();
            return node;
        }
    }

    /// <summary>A node's stream has ended; what it announced stands until its lease ends.</summary>
    public void Disconnect(NodeEntry node, NodeOutbox outbox)
    {
        lock (_gate)
        {
            if (node.Outbox != outbox) return;
            node.Outbox = null;
            if (node.LeftWith is not null || node.Announcement is null) _nodes.Remove(node.Name);
            Refresh();
            Settle();
        }
    }

    /// <summary>Takes a word of a node.</summary>
    public void Take(NodeEntry node, NodeOutbox outbox, FromNode word)
    {
        lock (_gate)
        {
            if (node.Outbox != outbox) return;
            Hear(node);
            switch (word.WordCase)
            {
                case FromNode.WordOneofCase.Heartbeat:
                    node.Take(word.Heartbeat);
                    _pushed.TellToRenew(node, IsTooLong(node));
                    break;
                case FromNode.WordOneofCase.Answer:
                    node.Take(word.Answer);
                    break;
                case FromNode.WordOneofCase.Announcement:
                    Take(node, word.Announcement);
                    break;
                case FromNode.WordOneofCase.Leave:
                    (node.Announcement, node.Stands) = (null, null);
                    Refresh();
                    _settlement.LeaveLater(node, _pushed.Endpoints?.Version ?? "");
                    break;
            }

            Settle();
        }
    }

    /// <summary>Takes a node out of what gateways call, for good; of a name that nobody has there is nothing to take.</summary>
    /// <returns>Completes when every connected gateway has endpoints without it.</returns>
    public Task WithdrawAsync(string name, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_nodes.Find(name) is { } node) node.IsWithdrawn = true;
            Refresh();
            Settle();
            return _awaited.WhenAsync(this, static table => table.AreEndpointsKnown, cancel);
        }
    }

    /// <summary>Makes a policy the one that gateways are to serve.</summary>
    /// <param name="policy">Compiled from files and <paramref name="considered"/>.</param>
    /// <param name="considered">The declarations that went into it.</param>
    /// <param name="refusals">Those of them that did not, and why.</param>
    public void Publish(PolicySnapshot policy, ImmutableArray<NodeDeclaration> considered, ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> refusals)
    {
        lock (_gate)
        {
            var same = Policy?.Hash == policy.Hash;
            Policy = policy;
            life.Follow(policy);
            foreach (var node in _nodes.All) _pushed.TellToRenew(node, IsTooLong(node));
            _judgement.Consider(policy, considered, refusals);
            if (!same) _pushed.Put(policy, _nodes.Gateways);
            else foreach (var gateway in _nodes.Gateways.Where(gateway => gateway.Policy == policy.Hash)) gateway.Nack = null;

            foreach (var node in _nodes.All) _judgement.Judge(node, _settlement);
            Refresh();
            Settle();
        }
    }

    public void Tell(TrustBundle bundle)
    {
        lock (_gate) _pushed.Put(bundle, _nodes.All);
    }

    /// <param name="signer">The authority that signs from now on; who comes later with an SVID by another is told as well.</param>
    public void TellToRenew(string signer)
    {
        lock (_gate) _pushed.Put(signer, _nodes.All);
    }

    /// <summary>Takes out whose lease has ended.</summary>
    /// <returns>Their names.</returns>
    public ImmutableArray<string> Sweep()
    {
        lock (_gate)
        {
            var ended = _nodes.All.Where(HasEnded).ToArray();
            foreach (var node in ended)
            {
                node.Outbox?.Close();
                _nodes.Remove(node.Name);
            }

            if (Array.Exists(ended, static node => node.IsGateway)) TellGateways();
            Refresh();
            Settle();
            return [.. ended.Select(node => node.Name)];
        }
    }

    /// <summary>Completes when a condition holds; it is looked at under the lock after every change, and must not block.</summary>
    public Task WhenAsync(Predicate<NodeTable> condition, CancellationToken cancel)
    {
        lock (_gate) return _awaited.WhenAsync(this, condition, cancel);
    }

    /// <summary>Whether a gateway is connected, and every one that is has answered for the policy and serves the endpoints of now. For conditions.</summary>
    public bool IsServed
    {
        get
        {
            var connected = _nodes.Gateways.Where(gateway => gateway.Outbox is not null).ToArray();
            return !_endpoints.IsStale && connected.Length > 0 && Array.TrueForAll(connected, _pushed.IsServedBy);
        }
    }

    /// <summary>For conditions.</summary>
    public bool IsConnected(string name) => _nodes.Find(name)?.Outbox is not null;

    /// <summary>Whether every node has come as far; one that is silent counts until its lease ends, since it may only be looking for control. For conditions.</summary>
    public bool All(Predicate<NodeEntry> follows) => _nodes.All.All(node => follows(node));

    /// <summary>The names of the nodes that have not come as far.</summary>
    public ImmutableArray<string> Except(Predicate<NodeEntry> follows)
    {
        lock (_gate) return [.. _nodes.All.Where(node => !follows(node)).Select(node => node.Name).Order(StringComparer.Ordinal)];
    }

    /// <summary>Endpoints that stand, for the next start; clears <see cref="IsDirty"/>.</summary>
    public ImmutableArray<StoredNode> Store()
    {
        lock (_gate)
        {
            IsDirty = false;
            return [.. _nodes.All.Where(node => node is { Announcement: not null, LeftWith: null }).Select(StoredNode.Of)];
        }
    }

    /// <summary>Takes what stood at the last stop for standing, for one lease.</summary>
    public void Restore(IEnumerable<NodeEntry> stored)
    {
        lock (_gate)
        {
            foreach (var entry in stored)
            {
                _nodes.Put(entry);
                Hear(entry);
                if (_judgement.Declare(entry)) DeclarationsChanged?.Invoke();
            }
        }
    }

    /// <summary>Closes every stream.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (var node in _nodes.All) node.Outbox?.Close();
        }
    }

    /// <summary>Whether its SVID was signed when lives were longer.</summary>
    private bool IsTooLong(NodeEntry node) => node.SvidEnds is { } ends && life.IsExceededBy(ends, time.GetUtcNow());

    /// <summary>Whether every connected gateway has the endpoints of now.</summary>
    private bool AreEndpointsKnown => !_endpoints.IsStale && _nodes.Gateways.All(gateway => gateway.Outbox is null || _pushed.HasEndpoints(gateway));

    private void Hear(NodeEntry node) => node.Heard = time.GetTimestamp();

    /// <summary>Whether nothing was heard of it for a lease.</summary>
    private bool HasEnded(NodeEntry node) => time.GetElapsedTime(node.Heard) >= lease;

    private void Take(NodeEntry node, Announcement announcement)
    {
        if (_judgement.Take(node, announcement, _settlement)) DeclarationsChanged?.Invoke();
        Refresh();
        if (node.IsGateway) TellGateways();
    }

    private void TellGateways()
    {
        if (GatewayWords.Of(_nodes.Gateways) is not { } gateways) return;
        foreach (var function in _nodes.All.Where(node => !node.IsGateway)) function.Outbox?.Add(gateways);
    }

    private void Refresh()
    {
        if (Policy is not { } policy || !_endpoints.Refresh(policy, _nodes.All)) return;
        IsDirty = true;
        _pushed.Put(_endpoints, _nodes.Gateways);
        Places.Look(_nodes.All);
    }

    /// <summary>Tells those that every gateway calls them, lets those leave whom none calls any more, and wakes who waits for what has come true.</summary>
    private void Settle()
    {
        if (!_settlement.IsEmpty) _settlement.Settle(AreEndpointsKnown);
        _awaited.Look(this);
    }

    private ImmutableArray<Uri> Connected(Func<NodeEntry, Uri?> address)
    {
        lock (_gate) return [.. _nodes.Gateways.Where(node => node.Outbox is not null).Select(address).OfType<Uri>()];
    }
}
