using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Xml;
using FnMesh.Control.Folders;
using FnMesh.Policy;

namespace FnMesh.Control.Projects;

/// <summary>Finds the projects of a folder that can be apps. Links, names that begin with a dot, and what builds and package managers write are left out.</summary>
public static class ProjectSearch
{
    /// <summary>The code of what is said of a folder that is an Azure Functions app.</summary>
    public const string AzureFunctions = ProjectErrors.AzureFunctionsCode;

    private const int MaxDepth = 8;
    private const int MaxEntries = 50_000;
    private const string HostFile = "host.json";
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "artifacts"];

    /// <param name="folder">As a user would type it.</param>
    /// <param name="wanted">The roles to look for; the names of those alone must differ.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static ProjectFindings Find(string folder, params ReadOnlySpan<ProjectRole> wanted)
    {
        var stamps = Scan(folder);
        return stamps is null ? new ProjectFindings([], [ProjectErrors.TooMuch(folder, MaxEntries)]) : Judge(stamps.Value, wanted);
    }

    /// <summary>The project files and host files in order of their paths; null when there is too much to search.</summary>
    internal static ImmutableArray<FileStamp>? Scan(string folder)
    {
        var visited = 0;
        var found = new FileSystemEnumerable<string>(
            folder,
            (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = true, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => ++visited <= MaxEntries && !entry.IsDirectory && IsWanted(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => visited <= MaxEntries && !IsSkipped(entry.FileName) && !FolderReader.IsLink(ref entry),
        };
        var paths = found.Order(StringComparer.Ordinal).ToArray();
        return visited > MaxEntries ? null : [.. paths.Select(path => new FileInfo(path)).Select(file => new FileStamp(Shown(file.ToString()), file.Length, file.LastWriteTimeUtc.Ticks))];
    }

    internal static ProjectFindings Judge(ImmutableArray<FileStamp> stamps, params ReadOnlySpan<ProjectRole> wanted)
    {
        var projects = ImmutableArray.CreateBuilder<FoundProject>();
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in stamps.Select(stamp => stamp.Path).Where(path => !IsHostFile(path)))
        {
            var role = RoleOf(file, diagnostics);
            if (role == ProjectRole.Functions) folders.Add(FolderOf(file));
            if (role == ProjectRole.None || !wanted.Contains(role)) continue;
            var name = AppName.Of(Path.GetFileNameWithoutExtension(file));
            if (name.Length == 0) diagnostics.Add(ProjectErrors.NoName(file));
            else if (projects.FirstOrDefault(project => project.App == name) is { } other) diagnostics.Add(ProjectErrors.SameName(file, name, other.File));
            else projects.Add(new FoundProject(file, name, role));
        }

        foreach (var host in stamps.Select(stamp => stamp.Path).Where(path => IsHostFile(path) && !folders.Contains(FolderOf(path))))
            diagnostics.Add(ProjectErrors.AzureFunctions(host, FolderOf(host)));
        return new ProjectFindings(projects.ToImmutable(), diagnostics.ToImmutable());
    }

    private static ProjectRole RoleOf(string file, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        try
        {
            return ProjectText.RoleOf(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or XmlException)
        {
            diagnostics.Add(ProjectErrors.Unreadable(file, failure.Message));
            return ProjectRole.None;
        }
    }

    private static bool IsWanted(ReadOnlySpan<char> name) =>
        !name.StartsWith('.') && (name.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) || name.Equals(HostFile, StringComparison.OrdinalIgnoreCase));

    private static bool IsSkipped(ReadOnlySpan<char> name)
    {
        if (name.StartsWith('.')) return true;
        foreach (var skipped in Skipped)
        {
            if (name.Equals(skipped, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static bool IsHostFile(string path) => Path.GetFileName(path).Equals(HostFile, StringComparison.OrdinalIgnoreCase);

    /// <summary>Without the <c>./</c> that nobody types.</summary>
    private static string Shown(string path) => path.StartsWith($".{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? path[2..] : path;

    private static string FolderOf(string file) => Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : ".";
}
