namespace FnMesh.Control.Projects;

/// <summary>A project that can be an app of a mesh.</summary>
/// <param name="File">The project file, as a user would type it.</param>
/// <param name="App">The app's name: the project's, in lower case, with <c>-</c> for what a name cannot hold.</param>
/// <param name="Role">Why.</param>
public sealed record FoundProject(string File, string App, ProjectRole Role)
{
    /// <summary>The name of its first revision.</summary>
    public string Revision => $"{App}-v1";
}
