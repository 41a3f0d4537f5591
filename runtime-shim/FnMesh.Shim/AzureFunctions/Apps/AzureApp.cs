using FnMesh.Shim.AzureFunctions.Workers;

namespace FnMesh.Shim.AzureFunctions.Apps;

/// <summary>A built Azure Functions app on this machine, with all that is known before its worker runs.</summary>
/// <param name="Directory">Where host.json lies, absolute.</param>
/// <param name="Host">What host.json says.</param>
/// <param name="Worker">How its worker is started.</param>
/// <param name="Settings">Its settings.</param>
internal sealed record AzureApp(string Directory, HostFile Host, WorkerConfig Worker, AppSettings Settings)
{
    /// <summary>The setting that names the runtime of an app.</summary>
    public const string RuntimeName = "FUNCTIONS_WORKER_RUNTIME";

    private const string Isolated = "dotnet-isolated";
    private const string Node = "node";

    /// <exception cref="WorkerStartException">It cannot run here; the message says why and what to do.</exception>
    public static AzureApp Read(string directory, AppSettings settings)
    {
        var host = HostFile.Read(directory, settings);
        var runtime = settings.Find(RuntimeName);
        var ownConfig = File.Exists(Path.Combine(directory, WorkerConfig.Name));
        // A built app of dotnet-isolated brings how it is started with it.
        var worker = runtime switch
        {
            null or Isolated when ownConfig => WorkerConfig.Read(directory, settings),
            Isolated => throw Fault($"the runtime of '{directory}' is {Isolated}, but there is no {WorkerConfig.Name}; name the folder that the build writes, such as bin/Release/net8.0"),
            null => throw Fault($"'{directory}' does not say what its functions run on; set {RuntimeName} in Values of its local.settings.json or in the revision's env"),
            "dotnet" => throw Fault($"'{directory}' is an app of the in-process model ({RuntimeName}: dotnet), which runs inside the host of Azure alone; move it to {Isolated}"),
            "custom" => throw Fault($"'{directory}' is a custom handler ({RuntimeName}: custom); run its program by run: {{ command: [ … ] }}"),
            _ => WorkerConfig.Read(WorkersOf(runtime, settings), settings),
        };
        return new AzureApp(directory, host, worker, settings);
    }

    /// <summary>What the worker of the app is told by its environment.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment() =>
    [
        new("FUNCTIONS_APPLICATION_DIRECTORY", Directory), new("FUNCTIONS_WORKER_DIRECTORY", Worker.Directory), new("AzureWebJobsScriptRoot", Directory),
        new(RuntimeName, Worker.Language), new("AZURE_FUNCTIONS_ENVIRONMENT", Settings.Find("AZURE_FUNCTIONS_ENVIRONMENT") ?? "Development"), new("ASPNETCORE_URLS", ""), new("DOTNET_URLS", ""),
    ];

    /// <summary>The folder of a language's worker: named by a setting of Azure's own, or beside the Core Tools on PATH.</summary>
    private static string WorkersOf(string runtime, AppSettings settings)
    {
        var name = $"languageWorkers__{runtime}__workerDirectory";
        if (settings.Find(name) is { Length: > 0 } directory)
        {
            return File.Exists(Path.Combine(directory, WorkerConfig.Name)) ? directory : throw Fault($"{name} is '{directory}', where there is no {WorkerConfig.Name}");
        }

        return Tools(settings).Select(tools => Path.Combine(tools, "workers", runtime)).FirstOrDefault(folder => File.Exists(Path.Combine(folder, WorkerConfig.Name)))
            ?? throw Fault($"there is no worker for {RuntimeName} '{runtime}'; {(runtime == Node ? "" : "only dotnet-isolated and node are known to work; ")}install the Azure Functions Core Tools, or name the folder of its {WorkerConfig.Name} by the setting {name}");
    }

    private static IEnumerable<string> Tools(AppSettings settings)
    {
        foreach (var folder in (settings.Find("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "func.exe" : "func");
            if (!File.Exists(program)) continue;
            var real = Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
            yield return real;
            // Where npm installs them: the link leads to a script beside the tools.
            yield return Path.Combine(real, "..", "bin");
        }
    }

    private static WorkerStartException Fault(string message) => new(message, isFinal: true);
}
