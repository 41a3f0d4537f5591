using System.Collections.Immutable;

namespace FnMesh.Control.Nodes;

/// <summary>The nodes by their names, and the few gateways among them. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class NodeRegister
{
    private readonly Dictionary<string, NodeEntry> _nodes = new(StringComparer.Ordinal);

    public int Count => _nodes.Count;

    public IReadOnlyCollection<NodeEntry> All => _nodes.Values;

    /// <summary>In the order of their names.</summary>
    public ImmutableArray<NodeEntry> Gateways { get; private set; } = [];

    public NodeEntry? Find(string name) => _nodes.GetValueOrDefault(name);

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
