using System.Xml;
using System.Xml.Linq;

namespace FnMesh.Shim.Projects;

/// <summary>
/// Collects the files that a build of a project reads: its folder, what it references and imports, and the files that MSBuild and NuGet look for
/// in the folders above. Where that cannot be told without MSBuild, it says so, and the project is built every time.
/// </summary>
internal sealed class ProjectInputs
{
    private const int MaxFiles = 20_000;

    private static readonly string[] Outputs = ["bin", "obj", "artifacts", "node_modules", ".fnmesh", ".git", ".vs", ".idea"];

    private static readonly string[] Above =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "global.json",
        "nuget.config", "NuGet.config", "NuGet.Config", ".editorconfig", ".globalconfig",
    ];

    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    // YAML in policies/ of a project's folder is the mesh's, not the build's, unless an item of the project names it.
    private readonly HashSet<string> _policies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _policyFolders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _takenFolders = new(StringComparer.Ordinal);

    // What people read is no input, unless an item may name it or it is served.
    private readonly HashSet<string> _documents = new(StringComparer.Ordinal);
    private bool _takesDocuments;

    /// <summary>Whether all inputs are known.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>In a fixed order.</summary>
    public IEnumerable<string> Files => _files.Concat(_policies.Where(file => IsBelow(file, _takenFolders))).Concat(_takesDocuments ? _documents : []).Order(StringComparer.Ordinal);

    /// <param name="project">A project file, absolute.</param>
    /// <exception cref="IOException">A file or folder cannot be read.</exception>
    public static ProjectInputs Of(string project)
    {
        var inputs = new ProjectInputs();
        inputs.AddProject(project);
        return inputs;
    }

    private void AddProject(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        _policyFolders.Add(Path.Combine(folder, "policies"));
        AddFolder(folder);
        AddAbove(folder);
        ReadMarkup(project, folder);
    }

    private void AddFolder(string folder)
    {
        if (!_folders.Add(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder))
        {
            (IsPolicy(file) ? _policies : IsDocument(file) ? _documents : _files).Add(file);
            IsComplete &= _files.Count <= MaxFiles;
        }

        foreach (var inner in Directory.EnumerateDirectories(folder).Where(inner => IsComplete && !Outputs.Contains(Path.GetFileName(inner))))
        {
            AddFolder(inner);
        }
    }

    private bool IsPolicy(string file) =>
        Path.GetExtension(file) is ".yaml" or ".yml" && IsBelow(file, _policyFolders);

    private static bool IsDocument(string file) => Path.GetExtension(file) is ".md" && !file.Contains($"{Path.DirectorySeparatorChar}wwwroot{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    /// <summary>Whether a path of an item ends in a name that may be a document's: in one, in a wildcard for all files, or in what only MSBuild knows.</summary>
    private static bool MayNameDocuments(string path) => path.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || path[^1] is '*' or ')' or '?';

    private static bool IsBelow(string file, IEnumerable<string> folders) => folders.Any(folder => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private void AddAbove(string folder)
    {
        for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
        {
            foreach (var file in Above.Select(name => Path.Combine(above, name)).Where(File.Exists))
            {
                _files.Add(file);
                if (Path.GetExtension(file) is ".props" or ".targets")
                {
                    ReadMarkup(file, folder);
                }
            }
        }
    }

    /// <summary>Follows references, imports and items that lead out of the project's folder.</summary>
    private void ReadMarkup(string file, string projectFolder)
    {
        if (!_read.Add(file))
        {
            return;
        }

        _files.Add(file);
        try
        {
            foreach (var element in XDocument.Load(file).Descendants())
            {
                var value = element.Attribute(element.Name.LocalName == "Import" ? "Project" : "Include")?.Value;
                if (element.Name.LocalName != "ProjectReference" && value is not null && (value.Contains("policies", StringComparison.OrdinalIgnoreCase) || value.Contains(".y", StringComparison.OrdinalIgnoreCase) || value.Contains("**", StringComparison.Ordinal)))
                    _takenFolders.Add(Path.Combine(projectFolder, "policies"));
                _takesDocuments |= element.Name.LocalName is not ("Import" or "ProjectReference" or "PackageReference" or "PackageVersion" or "Using")
                    && $"{value};{element.Attribute("Update")?.Value}".Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Any(MayNameDocuments);
                foreach (var path in (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    Follow(element, path, Path.GetDirectoryName(file)!, projectFolder);
                }
            }
        }
        catch (XmlException)
        {
            IsComplete = false; // MSBuild will say what is wrong with it.
        }
    }

    private void Follow(XElement element, string written, string fileFolder, string projectFolder)
    {
        var isImport = element.Name.LocalName == "Import";
        var isReference = element.Name.LocalName == "ProjectReference";
        if (isImport && (element.Attribute("Sdk") is not null || written.Contains("GetPathOfFileAbove", StringComparison.Ordinal) || written.StartsWith("$(MSBuildTools", StringComparison.Ordinal)))
        {
            return; // Of the SDK, which the fingerprint names, or of a folder above, which is read anyway.
        }

        var path = written
            .Replace("$(MSBuildThisFileDirectory)", fileFolder + "/", StringComparison.OrdinalIgnoreCase)
            .Replace("$(MSBuildProjectDirectory)", projectFolder, StringComparison.OrdinalIgnoreCase)
            .Replace('\\', '/');
        if (path.Contains("$(", StringComparison.Ordinal) || path.Contains("@(", StringComparison.Ordinal))
        {
            IsComplete &= !isImport && !isReference && !path.Contains('/');
            return;
        }

        var leadsOut = isImport || isReference || path.Contains("../", StringComparison.Ordinal) || Path.IsPathRooted(path);
        if (!leadsOut)
        {
            return;
        }

        var wildcard = path.AsSpan().IndexOfAny('*', '?');
        var known = Path.GetFullPath(wildcard < 0 ? path : path[..(path.LastIndexOf('/', wildcard) + 1)], isImport ? fileFolder : projectFolder);
        if (Directory.Exists(known))
        {
            AddFolder(known.TrimEnd('/'));
        }
        else if (File.Exists(known))
        {
            AddFile(known, isImport, isReference, projectFolder);
        }
    }

    private void AddFile(string file, bool isImport, bool isReference, string projectFolder)
    {
        if (isReference && !_read.Contains(file))
        {
            AddProject(file);
        }
        else if (isImport)
        {
            ReadMarkup(file, projectFolder);
        }
        else
        {
            _files.Add(file);
        }
    }
}
