using System.Diagnostics.CodeAnalysis;
using FnMesh.Node.Members;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.Processes;
using FnMesh.Shim.Projects;

namespace FnMesh.Shim.Revisions;

/// <summary>
/// Turns a revision into the start of one process. The working directory is the project's folder; for a command it is the folder of the policy
/// file (<see cref="RunEntry.Directory"/>, resolved against our own working directory). Of two settings of one variable the later wins:
/// local.settings.json, our own environment, the options, the revision's env, and what the mesh itself says.
/// </summary>
internal sealed class LaunchPlan(SupervisorOptions options)
{
    private static readonly string[] EnvironmentNames = ["DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"];

    /// <param name="app">The app's name.</param>
    /// <param name="revision">With a command, or with a project that was built.</param>
    /// <param name="port">Where the process shall listen.</param>
    /// <param name="assembly">What the project was built to; null for a command.</param>
    /// <param name="membership">What the mesh says of itself to this process.</param>
    /// <param name="start">What to start.</param>
    /// <param name="failure">What to mend.</param>
    public bool TryMake(
        string app, RevisionEntry revision, int port, string? assembly, IReadOnlyDictionary<string, string> membership, [NotNullWhen(true)] out ChildStart? start, [NotNullWhen(false)] out string? failure)
    {
        start = null;
        var policyFolder = Path.GetFullPath(revision.Run.Directory);
        var directory = revision.Run.Project is { } project ? FolderOf(Path.GetFullPath(project, policyFolder)) : policyFolder;
        if (!Directory.Exists(directory))
        {
            failure = $"cannot start: the folder '{directory}' does not exist";
            return false;
        }

        if (!TryReadEnvironment(app, revision, directory, membership, out var variables, out failure)) return false;
        variables["PORT"] = port.ToString();
        if (assembly is not null)
        {
            // An app that joins by itself is told where to listen in another way.
            if (!membership.ContainsKey(MemberEnvironment.ListenName)) variables["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
            // As `dotnet run` does by the launch settings of its templates.
            if (!Array.Exists(EnvironmentNames, name => variables.ContainsKey(name) || Environment.GetEnvironmentVariable(name) is not null)) variables["DOTNET_ENVIRONMENT"] = "Development";
        }

        string[] command = assembly is null ? [.. revision.Run.Command] : [DotnetHost.Find() ?? "dotnet", "exec", assembly];
        return TryFind(command, directory, variables, out start, out failure);
    }

    /// <summary>All that a process is told by its environment, but for where it listens.</summary>
    /// <param name="app">The app's name.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="directory">Where its settings lie, absolute.</param>
    /// <param name="membership">What the mesh says of itself to this process.</param>
    /// <param name="variables">Added to our own environment.</param>
    /// <param name="failure">What to mend.</param>
    public bool TryReadEnvironment(
        string app, RevisionEntry revision, string directory, IReadOnlyDictionary<string, string> membership, [NotNullWhen(true)] out Dictionary<string, string>? variables, [NotNullWhen(false)] out string? failure)
    {
        if (!LocalSettings.TryRead(directory, out variables, out failure)) return false;
        foreach (var name in variables.Keys.Where(name => Environment.GetEnvironmentVariable(name) is not null).ToArray()) variables.Remove(name);
        foreach (var (name, value) in options.Environment) variables[name] = value;
        if (!RevisionEnvironment.TryAdd(revision.Environment, Path.GetFullPath(revision.Run.Directory), variables, "where fnmesh is started", out failure)) return false;
        foreach (var (name, value) in membership) variables[name] = value;
        foreach (var (name, value) in MemberEnvironment.Names(app, revision.Name)) variables[name] = value;
        return true;
    }

    /// <summary>Finds the program of a command.</summary>
    /// <param name="command">The program and its arguments, at least one word.</param>
    /// <param name="directory">The working directory, absolute.</param>
    /// <param name="variables">Added to our own environment.</param>
    /// <param name="start">What to start.</param>
    /// <param name="failure">What to mend.</param>
    public static bool TryFind(
        string[] command, string directory, IReadOnlyDictionary<string, string> variables, [NotNullWhen(true)] out ChildStart? start, [NotNullWhen(false)] out string? failure)
    {
        start = null;
        var searchPath = variables.GetValueOrDefault("PATH") ?? Environment.GetEnvironmentVariable("PATH");
        if (Array.Exists(command, HoldsNul) || variables.Values.Any(HoldsNul))
        {
            var name = variables.FirstOrDefault(pair => HoldsNul(pair.Value)).Key;
            failure = $"{(name is null ? "the command" : $"env {name}")}: holds the character U+0000, which no process can be given; remove it";
            return false;
        }

        if (ProgramPath.Find(command[0], directory, searchPath, out failure) is not { } program)
        {
            return false;
        }

        start = new ChildStart(program, [.. command.AsSpan(1)], directory, variables);
        failure = null;
        return true;
    }

    private static bool HoldsNul(string text) => text.Contains('\0');

    private static string FolderOf(string project) => File.Exists(project) ? Path.GetDirectoryName(project)! : project;
}
