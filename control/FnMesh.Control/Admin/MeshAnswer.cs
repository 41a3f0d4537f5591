namespace FnMesh.Control.Admin;

/// <summary>The answer of <c>/api/v1/mesh</c>.</summary>
/// <param name="Mesh">The mesh's name.</param>
/// <param name="Gateway">The edge's address, without a slash at the end.</param>
/// <param name="Control">The admin API's address, without a slash at the end.</param>
/// <param name="Policy">The hash of the live policy.</param>
internal sealed record MeshAnswer(string Mesh, string Gateway, string Control, string Policy);
