namespace FnMesh.Node.Members;

/// <summary>A revision that <c>up</c> runs from a project.</summary>
/// <param name="App">The app's name.</param>
/// <param name="Revision">The revision's name.</param>
/// <param name="Folder">The project's folder, absolute.</param>
public sealed record UpProject(string App, string Revision, string Folder);
