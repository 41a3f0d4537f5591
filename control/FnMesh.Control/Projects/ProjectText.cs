using System.Xml;
using System.Xml.Linq;

namespace FnMesh.Control.Projects;

/// <summary>Reads a project file without evaluating it: what it references itself counts, not what its imports add.</summary>
internal static class ProjectText
{
    public const int MaxBytes = 1 << 20;
    private const string Functions = "FnMesh.Functions";
    private const string TestSdk = "Microsoft.NET.Test.Sdk";
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBytes };

    /// <exception cref="XmlException">The file is no XML.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ProjectRole RoleOf(string file)
    {
        var project = Load(file);
        var items = project.Descendants().ToLookup(element => element.Name.LocalName, StringComparer.Ordinal);
        if (items["PackageReference"].Any(Includes(TestSdk)) || items["IsTestProject"].Any(element => element.Value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase))) return ProjectRole.None;
        if (items["PackageReference"].Any(Includes(Functions)) || items["ProjectReference"].Any(Includes($"{Functions}.csproj"))) return ProjectRole.Functions;
        return project.Attribute("Sdk")?.Value.StartsWith("Microsoft.NET.Sdk.Web", StringComparison.OrdinalIgnoreCase) == true ? ProjectRole.Web : ProjectRole.None;
    }

    /// <summary>Whether what a project or its Directory.Build files take by themselves leaves a folder below it out.</summary>
    /// <param name="file">The project file, absolute.</param>
    /// <param name="folder">Relative to the project's folder, with <c>/</c>.</param>
    /// <exception cref="XmlException">The file is no XML.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static bool LeavesOut(string file, string folder) => Build(file).Any(part => LeavesOut(Load(part), folder));

    private static bool LeavesOut(XElement project, string folder)
    {
        var items = project.Descendants().ToLookup(element => element.Name.LocalName, StringComparer.Ordinal);
        if (items["EnableDefaultCompileItems"].Concat(items["EnableDefaultItems"]).Any(element => element.Value.Trim().Equals("false", StringComparison.OrdinalIgnoreCase))) return true;
        var patterns = items["Compile"].Select(item => item.Attribute("Remove")?.Value ?? "").Concat(items["DefaultItemExcludes"].Concat(items["DefaultItemExcludesInProjectFolder"]).Select(element => element.Value));
        return patterns.SelectMany(text => text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Any(pattern => Covers(pattern.Replace('\\', '/'), folder));
    }

    /// <summary>Whether a pattern speaks of the folder, of one above it, or of any folder; only the folders that it names literally are looked at.</summary>
    private static bool Covers(string pattern, string folder)
    {
        var wild = pattern.IndexOf('*', StringComparison.Ordinal);
        if (wild < 0) return false;
        var named = pattern[..wild].Replace("$(MSBuildProjectDirectory)/", "", StringComparison.OrdinalIgnoreCase).Replace("$(MSBuildThisFileDirectory)", "", StringComparison.OrdinalIgnoreCase);
        if (named.StartsWith("./", StringComparison.Ordinal)) named = named[2..];
        return named.Length == 0 ? pattern.Contains($"/{folder}/", StringComparison.OrdinalIgnoreCase) || pattern is "**" or "**/*" or "**/*.cs" : $"{folder}/".StartsWith(named, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The project file, and the nearest Directory.Build files.</summary>
    private static IEnumerable<string> Build(string file)
    {
        yield return file;
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets"])
        {
            for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (!File.Exists(Path.Combine(folder, name))) continue;
                yield return Path.Combine(folder, name);
                break;
            }
        }
    }

    private static XElement Load(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var xml = XmlReader.Create(stream, Settings);
        return XDocument.Load(xml).Root!;
    }

    private static Func<XElement, bool> Includes(string name) => element =>
        (element.Attribute("Include")?.Value ?? "").Split(';', StringSplitOptions.TrimEntries).Any(include => FileName(include).Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Both separators count: a project file means the same everywhere.</summary>
    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
