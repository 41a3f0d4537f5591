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
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var xml = XmlReader.Create(stream, Settings);
        var project = XDocument.Load(xml).Root!;
        var items = project.Descendants().ToLookup(element => element.Name.LocalName, StringComparer.Ordinal);
        if (items["PackageReference"].Any(Includes(TestSdk)) || items["IsTestProject"].Any(element => element.Value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase))) return ProjectRole.None;
        if (items["PackageReference"].Any(Includes(Functions)) || items["ProjectReference"].Any(Includes($"{Functions}.csproj"))) return ProjectRole.Functions;
        return project.Attribute("Sdk")?.Value.StartsWith("Microsoft.NET.Sdk.Web", StringComparison.OrdinalIgnoreCase) == true ? ProjectRole.Web : ProjectRole.None;
    }

    private static Func<XElement, bool> Includes(string name) => element =>
        (element.Attribute("Include")?.Value ?? "").Split(';', StringSplitOptions.TrimEntries).Any(include => FileName(include).Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Both separators count: a project file means the same everywhere.</summary>
    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
