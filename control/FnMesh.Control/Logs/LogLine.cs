namespace FnMesh.Control.Logs;

/// <summary>A line that a function or the mesh itself said.</summary>
/// <param name="Time">When it came.</param>
/// <param name="App">The app; <c>fnmesh</c> for the mesh itself.</param>
/// <param name="Revision">The revision; null for the mesh itself.</param>
/// <param name="Text">Without its line end.</param>
public sealed record LogLine(DateTimeOffset Time, string App, string? Revision, string Text)
{
    /// <summary>The name under which the mesh itself speaks.</summary>
    public const string Mesh = "fnmesh";
}
