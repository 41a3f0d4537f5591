namespace FnMesh.Shim;

/// <summary>One line that a revision's process wrote, or that the supervisor says about it.</summary>
/// <param name="App">The app's name; <c>fnmesh</c> for the build of the projects.</param>
/// <param name="Revision">The revision's name; <c>build</c> for the build of the projects.</param>
/// <param name="IsError">Whether it came from standard error, or tells of a failure.</param>
/// <param name="Text">Without its line end; at most 16 KiB and a mark.</param>
public readonly record struct ProcessLine(string App, string Revision, bool IsError, string Text);
