using System.Collections.Immutable;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;

namespace FnMesh.Control.Nodes;

/// <summary>The nodes by their names, and the few gateways among them. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class NodeRegister
{
    public const int MaxNodes = 10_000;

    private readonly Dictionary<string, NodeEntry> _nodes = new(StringComparer.Ordinal);

    public IReadOnlyCollection<NodeEntry> All => _nodes.Values;

    /// <summary>In the order of their names.</summary>
    public ImmutableArray<NodeEntry> Gateways { get; private set; } = [];

    public NodeEntry? Find(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>Why a node may not come under its name; null when it may.</summary>
    /// <param name="known">The node of that name until now.</param>
    /// <param name="hello">What it says of itself.</param>
    /// <param name="id">Who it is.</param>
    /// <param name="hasEnded">Whether nothing was heard of that one for a lease.</param>
    public string? Fault(NodeEntry? known, Hello hello, SpiffeId id, bool hasEnded)
    {
        if (known is null) return _nodes.Count >= MaxNodes ? $"there are {MaxNodes} nodes already" : null;
        if (known.Id != id) return $"there is a node named '{hello.Node}' already, and it is {known.Id}; give this one another name";
        return known.LivesElsewhere(hello.Process) && !hasEnded ? $"another process is connected as '{hello.Node}'; give one of them another name in FNMESH_NODE" : null;
    }

    /// <summary>Takes the place of the one of that name.</summary>
    public void Put(NodeEntry node)
    {
        Remove(node.Name);
        _nodes[node.Name] = node;
        if (node.IsGateway) Gateways = [.. Gateways.Add(node).OrderBy(gateway => gateway.Name, StringComparer.Ordinal)];
    }

    public void Remove(string name)
    {
        if (_nodes.Remove(name, out var node) && node.IsGateway) Gateways = Gateways.Remove(node);
    }
}
