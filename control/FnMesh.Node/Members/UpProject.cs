using FnMesh.Policy.Snapshots;

namespace FnMesh.Node.Members;

/// <summary>A revision that <c>up</c> starts.</summary>
/// <param name="App">The app's name.</param>
/// <param name="Revision">The revision's name.</param>
/// <param name="Folder">The project's folder, absolute; empty for a command.</param>
/// <param name="Environment">Its <c>env</c>, with files and variables by name; who reads it reads those.</param>
/// <param name="Directory">Where relative files of it start, absolute.</param>
public sealed record UpProject(string App, string Revision, string Folder, IReadOnlyList<EnvironmentEntry>? Environment = null, string Directory = "");
