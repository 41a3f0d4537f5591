using System.Collections.Concurrent;
using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Projects;

/// <summary>One run of MSBuild.</summary>
/// <param name="host">The dotnet program.</param>
/// <param name="folder">Where generated files go.</param>
/// <param name="timeout">How long it may take.</param>
/// <param name="lines">Where its progress goes.</param>
/// <param name="time">The clock of the timeout.</param>
internal sealed class BuildRun(string host, string folder, TimeSpan timeout, LineQueue lines, TimeProvider time)
{
    private const int MaxErrorLines = 50;
    private const int MaxHeardLines = 1000;

    /// <summary>No server may outlive the run: neither MSBuild's nodes nor the compiler's.</summary>
    private static readonly string[] Switches =
        ["-maxCpuCount", "-nodeReuse:false", "-noLogo", "-verbosity:minimal", "-terminalLogger:off", "-consoleLoggerParameters:NoSummary", "-property:UseSharedCompilation=false"];

    private readonly ConcurrentQueue<string> _errors = [];

    /// <param name="projects">Project files, absolute.</param>
    /// <param name="outrun">Those of them whose output is thrown away first, because it may look newer than it is.</param>
    /// <param name="stopping">Kills the run.</param>
    /// <returns>A result for each project.</returns>
    public async Task<Dictionary<string, BuiltProject>> BuildAsync(string[] projects, IReadOnlyCollection<string> outrun, CancellationToken stopping)
    {
        var traversal = Path.Combine(folder, "functions.proj");
        var results = Path.Combine(folder, "results.txt");
        File.Delete(results);
        TraversalProject.Make(projects, outrun, results).Save(traversal);
        Say(false, projects.Length == 1 ? $"building {projects[0]}" : $"building {projects.Length} projects");

        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            await RunAsync([traversal, "-restore"], either.Token);
            if (!File.Exists(results) && projects.Length > 1)
            {
                // One project whose packages are not to be had keeps MSBuild from building any; the packages of the others are there now.
                await RunAsync([traversal], either.Token);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            _errors.Enqueue($"the build did not end within {timeout.TotalMinutes} min");
        }

        var assemblies = File.Exists(results) ? await File.ReadAllLinesAsync(results, stopping) : [];
        return projects.ToDictionary(project => project, project => Judge(project, assemblies));
    }

    private async Task RunAsync(string[] arguments, CancellationToken cancel)
    {
        var errors = Path.Combine(folder, "errors.txt");
        File.Delete(errors);
        var log = "-fileLoggerParameters9:ErrorsOnly;Verbosity=minimal;Encoding=UTF-8;LogFile=errors.txt";
        var start = new ChildStart(host, ["msbuild", .. arguments, .. Switches, "-fileLogger9", log], folder, Environment());
        var child = await ChildProcess.StartAsync(start, Hear, time);
        try
        {
            await child.Exited.WaitAsync(cancel);
        }
        finally
        {
            await child.StopAsync(TimeSpan.FromSeconds(1));
        }

        // What a Directory.Build.rsp does to the console does not reach this file.
        foreach (var line in File.Exists(errors) ? File.ReadLines(errors).Take(MaxHeardLines) : [])
        {
            Keep(line);
        }
    }

    private static Dictionary<string, string> Environment() => new()
    {
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    private BuiltProject Judge(string project, string[] results)
    {
        var prefix = project + TraversalProject.Separator;
        var assemblies = results.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..]).ToArray();
        return assemblies switch
        {
            [] => new BuiltProject(null, $"{project} does not build:\n{string.Join('\n', ErrorsOf(project))}"),
            [var assembly] when File.Exists(Path.ChangeExtension(assembly, ".runtimeconfig.json")) => new BuiltProject(assembly, null),
            [var assembly] => new BuiltProject(null, $"{project} is no program: '{assembly}' cannot be started; set OutputType to Exe"),
            _ => new BuiltProject(null, $"{project} builds for several frameworks; set TargetFramework to the one that shall run"),
        };
    }

    /// <summary>The lines that name the project; when none does, something it needs has failed, and all are its.</summary>
    private IEnumerable<string> ErrorsOf(string project)
    {
        var all = _errors.Distinct().ToArray();
        var own = all.Where(line => line.Contains(project, StringComparison.Ordinal)).ToArray();
        return (own.Length > 0 ? own : all.Length > 0 ? all : ["MSBuild failed without a word"]).Take(MaxErrorLines);
    }

    private void Hear(bool isError, string line)
    {
        var isFailure = line.Contains(": error ", StringComparison.Ordinal) || line.Contains(" error MSB", StringComparison.Ordinal);
        if (isFailure)
        {
            Keep(line);
        }
        else if (line.Length > 0)
        {
            Say(isError, line.Trim());
        }
    }

    private void Keep(string error)
    {
        if (error.Length > 0 && _errors.Count < MaxHeardLines)
        {
            _errors.Enqueue(error.Trim());
        }
    }

    private void Say(bool isError, string text) => lines.Add(new ProcessLine("fnmesh", "build", isError, text));
}
