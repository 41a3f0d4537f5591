using System.Collections.Immutable;
using System.Xml;
using FnMesh.Node.Members;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Projects;

/// <summary>Finds projects of a policy that lie in the folder of another: what a project takes by itself is all below it, other projects' sources too.</summary>
internal static class NestedProjects
{
    /// <summary>F# names its sources one by one.</summary>
    private static readonly string[] Taking = [".csproj", ".vbproj"];

    /// <summary>One warning for each project and the nearest one around it, in the order of the policy; a project that is not there is left to <see cref="RunProjects"/>.</summary>
    public static ImmutableArray<Diagnostic> Warnings(IEnumerable<RunEntry> runs)
    {
        var files = runs.Select(run => (File: FileOf(run), Run: run)).Where(found => found.File is not null).DistinctBy(found => found.File, StringComparer.Ordinal)
            .Select(found => (File: found.File!, Folder: Path.GetDirectoryName(found.File)!, found.Run)).ToArray();
        var warnings = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var inner in files)
        {
            var outer = files.Where(other => IsAround(other.Folder, inner.Folder) && Taking.Contains(Path.GetExtension(other.File)) && Path.GetExtension(other.File) == Path.GetExtension(inner.File))
                .OrderByDescending(other => other.Folder.Length).FirstOrDefault();
            if (outer.File is null || inner.Run.ProjectPlace is not { } place) continue;
            var folder = Path.GetRelativePath(outer.Folder, inner.Folder).Replace('\\', '/');
            if (folder.Split('/').Any(name => name.StartsWith('.') || name is "bin" or "obj") || LeavesOut(outer.File, folder)) continue;
            // What stands for a project that no policy file names is written nowhere: the place is the project's beginning.
            warnings.Add(ProjectErrors.InProject(Path.GetFullPath(place.File) == inner.File ? new Origin(place.File, 1, 1) : place, Shown(inner.File, inner.Run), Shown(outer.File, inner.Run), folder));
        }

        return warnings.ToImmutable();
    }

    private static string? FileOf(RunEntry run)
    {
        try
        {
            return run.Project is { } project && !project.Contains('\0', StringComparison.Ordinal)
                && ProjectFile.TryFind(Path.GetFullPath(project, Path.GetFullPath(run.Directory)), out var file, out _) ? Path.GetFullPath(file) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What cannot be read is no reason to warn: its build says why.</summary>
    private static bool LeavesOut(string file, string folder)
    {
        try
        {
            return ProjectText.LeavesOut(file, folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or XmlException)
        {
            return true;
        }
    }

    private static bool IsAround(string outer, string inner) => inner.StartsWith(Path.EndsInDirectorySeparator(outer) ? outer : outer + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>As a user would type it, as the policy's own files are named.</summary>
    private static string Shown(string file, RunEntry run) => Path.IsPathRooted(run.Directory) ? file : Path.GetRelativePath(Environment.CurrentDirectory, file);
}
