namespace FnMesh.Shim.Projects;

/// <summary>What came of building one project; exactly one of <paramref name="Assembly"/> and <paramref name="Failure"/> is set.</summary>
/// <param name="Assembly">The program's assembly, absolute.</param>
/// <param name="Failure">Why there is none, with the compiler's error lines.</param>
internal sealed record BuiltProject(string? Assembly, string? Failure)
{
    /// <summary>Equal for two builds whose output does not differ; null when there is none or nobody watches.</summary>
    public string? Stamp { get; init; }
}
