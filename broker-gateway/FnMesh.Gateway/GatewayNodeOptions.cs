using FnMesh.Node;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway;

/// <summary>What a gateway that is a node of a mesh is started with.</summary>
public sealed record GatewayNodeOptions
{
    /// <summary>How it joins.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>What it opens; its credentials come from the node.</summary>
    public required GatewayOptions Gateway { get; init; }

    /// <summary>Told each policy that is served from now on; must not block.</summary>
    public Action<PolicySnapshot>? Serving { get; init; }

    /// <summary>Told why a policy that control sent is not served; must not block.</summary>
    public Action<string>? Refused { get; init; }

    /// <summary>Where it runs; empty for no zone.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Where members reach the mesh listener; null for where it listens.</summary>
    public Uri? AdvertiseMesh { get; init; }
}
