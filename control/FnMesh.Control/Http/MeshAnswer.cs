using System.Collections.Immutable;

namespace FnMesh.Control.Http;

/// <param name="Mesh">The mesh's name.</param>
/// <param name="Gateway">The edge of one gateway; null for none.</param>
/// <param name="Control">The control API.</param>
/// <param name="Node">Control's node port, where members get their SVIDs.</param>
/// <param name="MeshListeners">Where members reach the gateways that are connected.</param>
/// <param name="Policy">The hash of the live policy.</param>
/// <param name="Folder">The folder that an <c>up</c> runs; null for a control service of its own.</param>
internal sealed record MeshAnswer(string Mesh, string? Gateway, string Control, string Node, ImmutableArray<string> MeshListeners, string Policy, string? Folder)
{
    public static MeshAnswer Of(MeshState state) =>
        new(state.Mesh, state.Gateway?.GetLeftPart(UriPartial.Authority), state.Control.GetLeftPart(UriPartial.Authority),
            state.Node.GetLeftPart(UriPartial.Authority), [.. state.MeshListeners.Select(listener => listener.GetLeftPart(UriPartial.Authority))], state.Policy, state.Folder);
}
