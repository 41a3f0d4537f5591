using System.Xml.Linq;

namespace FnMesh.Shim.Projects;

/// <summary>The generated MSBuild project that restores and builds several projects at once and writes down where their assemblies are.</summary>
internal static class TraversalProject
{
    /// <summary>Stands between a project and its assembly in a line of the results; no path contains it.</summary>
    public const string Separator = "*";

    /// <param name="projects">Project files, absolute.</param>
    /// <param name="outrun">Those of them that are cleaned first.</param>
    /// <param name="results">Where a line <c>project*assembly</c> is written for each project that was built.</param>
    public static XDocument Make(IEnumerable<string> projects, IReadOnlyCollection<string> outrun, string results) =>
        new(new XElement(
            "Project",
            new XAttribute("DefaultTargets", "Build"),
            new XElement("ItemGroup", projects.Select(project => new XElement("Function", new XAttribute("Include", Escape(project))))),
            new XElement(
                "PropertyGroup",
                new XElement("RestoreGraphProjectInput", string.Join(';', projects.Select(Escape)))),
            new XElement(
                "Target",
                new XAttribute("Name", "Build"),

                // One after the other and before any is built: two may have a reference in common.
                outrun.Count == 0 ? null : Call(string.Join(';', outrun.Select(Escape)), "Clean"),
                Build("@(Function)", new XAttribute("BuildInParallel", "true")),

                // Once more, one by one: it costs nothing, and unlike the call above it tells the outputs of the good ones when another one failed.
                Build("%(Function.Identity)", new XElement("Output", new XAttribute("TaskParameter", "TargetOutputs"), new XAttribute("ItemName", "Built"))),
                new XElement(
                    "WriteLinesToFile",
                    new XAttribute("File", Escape(results)),
                    new XAttribute("Lines", $"@(Built->'%(MSBuildSourceProjectFile){Escape(Separator)}%(FullPath)')"),
                    new XAttribute("Overwrite", "true"))),
            new XElement("Import", new XAttribute("Project", "$(MSBuildToolsPath)/NuGet.targets"))));

    private static XElement Build(string projects, XObject detail)
    {
        var build = Call(projects, "Build");
        build.Add(detail);
        return build;
    }

    private static XElement Call(string projects, string target) =>
        new("MSBuild", new XAttribute("Projects", projects), new XAttribute("Targets", target), new XAttribute("ContinueOnError", "ErrorAndContinue"));

    /// <summary>MSBuild reads these characters as its own; %XX stands for the character itself.</summary>
    private static string Escape(string text) => string.Concat(text.Select(character => "%$@;*?'()".Contains(character) ? $"%{(int)character:X2}" : character.ToString()));
}
