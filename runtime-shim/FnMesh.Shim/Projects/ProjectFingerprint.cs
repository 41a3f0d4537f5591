namespace FnMesh.Shim.Projects;

/// <summary>A hash of the names, lengths and times of all inputs of a build: equal fingerprints, equal outputs.</summary>
internal static class ProjectFingerprint
{
    /// <param name="project">A project file, absolute.</param>
    /// <param name="sdks">The SDKs that may build it.</param>
    /// <returns>Null when the inputs cannot all be known, so that the project must be built.</returns>
    public static string? Of(string project, IEnumerable<string> sdks)
    {
        try
        {
            var inputs = ProjectInputs.Of(project);
            return inputs.IsComplete ? FileStamps.Hash(sdks, inputs.Files) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
