namespace FnMesh.Shim.Projects;

/// <summary>What came of building one project; exactly one of the two is set.</summary>
/// <param name="Assembly">The program's assembly, absolute.</param>
/// <param name="Failure">Why there is none, with the compiler's error lines.</param>
internal sealed record BuiltProject(string? Assembly, string? Failure);
