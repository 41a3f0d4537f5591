using System.Net;

namespace FnMesh.Control.Nodes;

/// <summary>Start-up values of a <see cref="ControlPlane"/>.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>The node port; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Private to the user: the authority, the join tokens, the nodes.</summary>
    public required string Directory { get; init; }

    public required string TrustDomain { get; init; }

    /// <summary>Whether endpoints that were known at the last stop are taken for standing until their lease ends, and join tokens stay good; false where every member is started anew with control.</summary>
    public bool RetainsNodes { get; init; } = true;

    /// <summary>How long after a node's last word its endpoint is taken out.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often nodes give a word.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a connection to the node port may last, so that who is trusted no more does not stay.</summary>
    public TimeSpan MaxConnectionAge { get; init; } = TimeSpan.FromHours(1);
}
