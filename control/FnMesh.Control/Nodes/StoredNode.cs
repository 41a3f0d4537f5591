namespace FnMesh.Control.Nodes;

/// <param name="Name">As in the mesh.</param>
/// <param name="Identity">Its SPIFFE ID.</param>
/// <param name="Role">As on the wire.</param>
/// <param name="Version">Its version of FnMesh.</param>
/// <param name="Announcement">As on the wire.</param>
internal sealed record StoredNode(string Name, string Identity, int Role, string Version, byte[] Announcement);
