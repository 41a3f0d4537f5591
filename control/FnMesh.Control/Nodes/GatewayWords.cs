using FnMesh.Node.Protocol;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Nodes;

/// <summary>Where gateways are reached, as they announced it.</summary>
internal static class GatewayWords
{
    /// <summary>What functions are told; null when there is nobody to name, for then they go on looking for those that they know.</summary>
    public static ToNode? Of(IEnumerable<NodeEntry> gateways, PolicySnapshot? policy)
    {
        var mesh = new Mesh();
        mesh.Namespaces.Add(NamespacesOf(policy));
        mesh.Gateways.Add(gateways.Select(MeshOf).Where(address => address is not null).Select(address => address!.GetLeftPart(UriPartial.Authority)));
        return mesh.Gateways.Count > 0 ? new ToNode { Mesh = mesh } : null;
    }

    /// <summary>Those that have apps, ordered; <c>default</c> goes without saying.</summary>
    public static IEnumerable<string> NamespacesOf(PolicySnapshot? policy) =>
        (policy?.Apps ?? []).Select(app => QualifiedName.NamespaceOf(app.Name)).Where(ns => ns != QualifiedName.Default).Distinct(StringComparer.Ordinal);

    public static Uri? MeshOf(NodeEntry gateway) => Read(gateway.Announcement?.Gateway?.Mesh);

    public static Uri? EdgeOf(NodeEntry gateway) => Read(gateway.Announcement?.Gateway?.Edge);

    private static Uri? Read(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var read) ? read : null;
}
