namespace FnMesh.Control.Nodes;

/// <summary>What the functions of a revision declare in code, as a node announced it last.</summary>
/// <param name="App">The app's name.</param>
/// <param name="Revision">The revision's name.</param>
/// <param name="Json">As it came; whether it can be read is not known yet.</param>
public sealed record NodeDeclaration(string App, string Revision, ReadOnlyMemory<byte> Json)
{
    internal bool Says(ReadOnlySpan<byte> json) => Json.Span.SequenceEqual(json);
}
