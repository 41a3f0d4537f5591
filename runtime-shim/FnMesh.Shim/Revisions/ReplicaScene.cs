using FnMesh.Shim.AzureFunctions.Timers;
using FnMesh.Shim.Processes;
using FnMesh.Shim.Projects;
using Microsoft.Extensions.Logging;

namespace FnMesh.Shim.Revisions;

/// <summary>What all replicas of one supervisor share.</summary>
internal sealed record ReplicaScene(
    SupervisorOptions Options, ProgramCopies Copies, LaunchPlan Plan, FreePorts Ports, LineQueue Lines, Func<ReplicaReport, ValueTask> Report, ILoggerFactory Loggers, TimeProvider Time)
{
    private int _nodes;

    /// <summary>Who runs the timers of Azure Functions apps.</summary>
    public TimerRegister Timers { get; } = new(Path.Combine(Options.DataDirectory, "timers"));

    /// <summary>A name that no other replica of this supervisor has.</summary>
    public string NextNode(string revision) => $"{revision}-{Interlocked.Increment(ref _nodes)}";
}
