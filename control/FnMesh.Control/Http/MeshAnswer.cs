namespace FnMesh.Control.Http;

internal sealed record MeshAnswer(string Mesh, string? Gateway, string Control, string Policy, string? Folder)
{
    public static MeshAnswer Of(MeshState state) =>
        new(state.Mesh, state.Gateway?.GetLeftPart(UriPartial.Authority), state.Control.GetLeftPart(UriPartial.Authority), state.Policy, state.Folder);
}
