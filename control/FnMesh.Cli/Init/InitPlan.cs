using System.Collections.Immutable;
using FnMesh.Control;
using FnMesh.Control.Projects;
using FnMesh.Policy;

namespace FnMesh.Cli.Init;

/// <summary>What <c>init</c> adds to a folder: for each project that no FunctionApp runs a policy file, and what every mesh has.</summary>
/// <param name="Files">Paths and texts of files that are not there.</param>
/// <param name="Notes">What is left as it is, and why.</param>
/// <param name="Faults">Why nothing may be written; empty when it may.</param>
/// <param name="HasApps">Whether anything would run.</param>
internal sealed record InitPlan(ImmutableArray<(string Path, string Text)> Files, ImmutableArray<string> Notes, ImmutableArray<string> Faults, bool HasApps)
{
    private const string Settings = """
        {
          "IsEncrypted": false,
          "Values": {},
          "Host": {
            "LocalHttpPort": 7071
          }
        }

        """;

    /// <param name="directory">The folder, as it was typed; it is there.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static InitPlan Of(string directory, TimeProvider time)
    {
        var root = directory == "." ? "" : directory;
        var policies = Path.Combine(root, "policies");
        var written = Directory.Exists(policies) ? new PolicyFolder(policies, time).Load() : null;
        var findings = ProjectSearch.Find(directory, ProjectRole.Functions, ProjectRole.Web);
        var azure = findings.Diagnostics.Where(found => found.Code == ProjectSearch.AzureFunctions).ToArray();
        var faults = findings.Diagnostics.Except(azure).Where(found => found.Severity == Severity.Error).Select(found => found.ToString()).ToList();
        if (written is { Snapshot: null }) faults.AddRange(written.Diagnostics.Select(found => found.ToString()));

        var files = ImmutableArray.CreateBuilder<(string, string)>();
        var notes = findings.Diagnostics.Where(found => found.Severity == Severity.Warning).Concat(azure).Select(found => $"left out: {found.Message}").ToList();
        var running = written?.Snapshot is { } snapshot ? Running.Of(snapshot) : Running.None;
        foreach (var project in findings.Projects.Where(project => !running.Runs(project.File)))
        {
            var file = Path.Combine(policies, $"{project.App}.yaml");
            if (running.OwnerOf(project.App, project.Revision) is { } owner) faults.Add($"{project.File}: the name '{project.App}' is taken by {owner}; add a FunctionApp with another name for it to {policies}");
            else if (File.Exists(file)) faults.Add($"{project.File}: '{file}' is there already and does not run it; add a FunctionApp for it there");
            else files.Add((file, PolicyText.App(project, Relative(policies, project.File))));
        }

        var hasApps = files.Count > 0 || running.HasApps;
        var isFirst = written is null || written.Resources.IsEmpty;
        if (isFirst) files.Insert(0, (Path.Combine(policies, "mesh.yaml"), PolicyText.Mesh(NameOf(directory))));
        if (isFirst && File.Exists(files[0].Item1)) faults.Add($"'{files[0].Item1}' is there already and describes nothing; remove it, or write a Mesh into it");
        Add(files, notes, Path.Combine(root, "local.settings.json"), Settings);
        return new InitPlan(files.ToImmutable(), [.. notes], [.. faults], hasApps);
    }

    private static void Add(ImmutableArray<(string, string)>.Builder files, List<string> notes, string path, string text)
    {
        if (File.Exists(path)) notes.Add($"{path} is there already and stays as it is");
        else files.Add((path, text));
    }

    private static string NameOf(string directory) =>
        AppName.Of(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)))) is { Length: > 0 } name ? name : "mesh";

    /// <summary>The project's folder where that is enough to find it.</summary>
    private static string Relative(string policies, string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var named = Directory.EnumerateFiles(folder, "*.*proj").Take(2).Count() == 1 ? folder : Path.GetFullPath(file);
        return Path.GetRelativePath(Path.GetFullPath(policies), named).Replace(Path.DirectorySeparatorChar, '/');
    }
}
