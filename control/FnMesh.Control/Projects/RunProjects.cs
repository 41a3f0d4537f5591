using System.Collections.Immutable;
using FnMesh.Control.Folders;
using FnMesh.Node.Members;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Projects;

/// <summary>Looks for the projects that a policy names.</summary>
internal static class RunProjects
{
    /// <summary>Those that are not there, by absolute path, in the order of the policy.</summary>
    public static ImmutableArray<(string Path, Diagnostic Fault)> Missing(IEnumerable<RunEntry> runs)
    {
        var missing = ImmutableArray.CreateBuilder<(string Path, Diagnostic Fault)>();
        foreach (var run in runs)
        {
            if (run.Project is not { } project || run.ProjectPlace is not { } place) continue;
            if (project.Contains('\0', StringComparison.Ordinal))
            {
                missing.Add(("", PolicyFileErrors.NoProject(place, "run.project holds the character U+0000; remove it")));
                continue;
            }

            var path = Path.GetFullPath(project, Path.GetFullPath(run.Directory));
            if (Fault(path) is { } fault) missing.Add((path, PolicyFileErrors.NoProject(place, fault)));
        }

        return missing.ToImmutable();
    }

    /// <param name="path">As told by <see cref="Missing"/>.</param>
    public static bool IsThere(string path) => path.Length > 0 && Fault(path) is null;

    private static string? Fault(string path)
    {
        try
        {
            return ProjectFile.TryFind(path, out _, out var failure) ? null : failure;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the folder '{path}' cannot be read: {error.Message}";
        }
    }
}
