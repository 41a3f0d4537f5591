namespace FnMesh.Shim;

/// <summary>Start-up values of a <see cref="RevisionSupervisor"/>.</summary>
public sealed record SupervisorOptions
{
    /// <summary>The private folder of the mesh; the supervisor keeps what it knows of builds in its <c>build</c> folder.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Added to the environment of every child; it wins over the process's own environment, and a revision's <c>env</c> wins over it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How the processes join the mesh; null leaves them outside, on plain HTTP.</summary>
    public MeshJoin? Join { get; init; }

    /// <summary>Whether a project is built again when what it is built from was saved; its processes then run from copies of its output.</summary>
    public bool Watch { get; init; }

    /// <summary>The time between SIGTERM and SIGKILL.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a process that has left the table goes on, so that calls already sent to it can end.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a process may take until it accepts connections; then it is started anew.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a process may take until it is said that it does not accept connections yet.</summary>
    public TimeSpan HintAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one build may take.</summary>
    public TimeSpan BuildTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
