using FnMesh.Policy.Snapshots;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Calls;
using FnMesh.Shim.AzureFunctions.Workers;
using FnMesh.Shim.Processes;
using FnMesh.Shim.Projects;
using FnMesh.Shim.Revisions;

namespace FnMesh.Shim.AzureFunctions;

/// <summary>How the worker of a revision is started.</summary>
/// <param name="App">The app.</param>
/// <param name="Start">Its process.</param>
internal sealed record WorkerLaunch(AzureApp App, ChildStart Start)
{
    /// <param name="plan">Reads environments.</param>
    /// <param name="app">The app's name.</param>
    /// <param name="revision">One that runs an Azure Functions app.</param>
    /// <param name="membership">What the mesh says of itself.</param>
    /// <exception cref="WorkerStartException">It cannot be; somebody has to mend it.</exception>
    public static WorkerLaunch Read(LaunchPlan plan, string app, RevisionEntry revision, IReadOnlyDictionary<string, string> membership)
    {
        var directory = Path.GetFullPath(revision.Run.AzureFunctions!, Path.GetFullPath(revision.Run.Directory));
        if (!Directory.Exists(directory)) throw new WorkerStartException($"cannot start: the folder '{directory}' does not exist", isFinal: true);
        if (!plan.TryReadEnvironment(app, revision, directory, membership, out var variables, out var failure)) throw new WorkerStartException(failure, isFinal: true);
        var azure = AzureApp.Read(directory, new AppSettings(variables, Environment.GetEnvironmentVariable));
        foreach (var (name, value) in azure.Environment()) variables[name] = value;
        // A variable of our own environment cannot be taken away from a child, but it can be emptied.
        foreach (var name in variables.Keys.Where(IsKey).ToArray()) variables.Remove(name);
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsKey)) variables[name] = "";
        return LaunchPlan.TryFind([.. azure.Worker.Command], directory, variables, out var start, out failure)
            || (azure.Worker.Command[0] == "dotnet" && DotnetHost.Find() is { } dotnet && LaunchPlan.TryFind([dotnet, .. azure.Worker.Command[1..]], directory, variables, out start, out failure))
            ? new WorkerLaunch(azure, start!)
            : throw new WorkerStartException(failure!, isFinal: true);
    }

    private static bool IsKey(string name) => name.StartsWith(AccessKeys.Prefix, StringComparison.OrdinalIgnoreCase);
}
