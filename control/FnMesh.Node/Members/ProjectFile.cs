using System.Diagnostics.CodeAnalysis;

namespace FnMesh.Node.Members;

/// <summary>Finds the project file that <c>run.project</c> names.</summary>
public static class ProjectFile
{
    private static readonly string[] Patterns = ["*.csproj", "*.fsproj", "*.vbproj"];

    /// <param name="project">A folder or a file, absolute.</param>
    /// <param name="file">The project file, absolute.</param>
    /// <param name="failure">What is not there, and the mend.</param>
    public static bool TryFind(string project, [NotNullWhen(true)] out string? file, [NotNullWhen(false)] out string? failure)
    {
        file = null;
        failure = null;
        if (File.Exists(project))
        {
            file = project;
            return true;
        }

        if (!Directory.Exists(project))
        {
            failure = $"there is no project '{project}'; run.project is a folder or a project file, relative to the folder of the policy file";
            return false;
        }

        var found = Patterns.SelectMany(pattern => Directory.EnumerateFiles(project, pattern)).ToArray();
        file = found.Length == 1 ? found[0] : null;
        failure = found.Length switch
        {
            0 => $"the folder '{project}' has no project file; run.project is one, or its folder",
            1 => null,
            _ => $"the folder '{project}' has {found.Length} project files; name one of them in run.project",
        };
        return file is not null;
    }
}
