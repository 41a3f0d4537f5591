namespace FnMesh.Node.Stream;

/// <summary>What the node serves from now.</summary>
internal sealed class NodeProgress
{
    private volatile string _policy = "";
    private volatile string _endpoints = "";

    /// <summary>The hash; empty for none.</summary>
    public string Policy { get => _policy; set => _policy = value; }

    /// <summary>The version; empty for none.</summary>
    public string Endpoints { get => _endpoints; set => _endpoints = value; }
}
