using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using Google.Protobuf;

namespace FnMesh.Control.Nodes;

/// <param name="Name">As in the mesh.</param>
/// <param name="Identity">Its SPIFFE ID.</param>
/// <param name="Role">As on the wire.</param>
/// <param name="Version">Its version of FnMesh.</param>
/// <param name="Announcement">As on the wire.</param>
internal sealed record StoredNode(string Name, string Identity, int Role, string Version, byte[] Announcement)
{
    /// <param name="node">One that has announced something.</param>
    public static StoredNode Of(NodeEntry node) => new(node.Name, node.Id.ToString(), (int)node.Role, node.Version, node.Announcement!.ToByteArray());

    /// <summary>Null when its identity is none.</summary>
    public NodeEntry? ToEntry() => SpiffeId.TryParse(Identity, out var id, out _)
        ? new NodeEntry(Name, id, (Role)Role) { Version = Version, Announcement = FnMesh.Node.Protocol.Announcement.Parser.ParseFrom(Announcement) }
        : null;
}
