using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Revisions;

/// <summary>What all replicas of one supervisor share.</summary>
internal sealed record ReplicaScene(
    SupervisorOptions Options, LaunchPlan Plan, FreePorts Ports, LineQueue Lines, Func<ReplicaReport, ValueTask> Report, TimeProvider Time);
