using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>A policy document of a known kind. What could not be read is left out and has a diagnostic.</summary>
/// <param name="Name">The value of <c>metadata.name</c>.</param>
/// <param name="Origin">Where the document begins.</param>
internal abstract record WrittenResource(string Name, Origin Origin);
