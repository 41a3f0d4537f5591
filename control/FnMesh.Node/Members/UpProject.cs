namespace FnMesh.Node.Members;

/// <summary>A revision that <c>up</c> starts.</summary>
/// <param name="App">The app's name.</param>
/// <param name="Revision">The revision's name.</param>
/// <param name="Folder">The project's folder, absolute; empty for a command.</param>
public sealed record UpProject(string App, string Revision, string Folder);
