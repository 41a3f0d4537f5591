namespace FnMesh.Policy.Snapshots;

/// <summary>One environment variable; exactly one of the three sources is set, and files and variables are read where the process starts, never here.</summary>
public sealed record EnvironmentEntry
{
    public required string Name { get; init; }

    public string? Value { get; init; }

    public string? FromFile { get; init; }

    public string? FromEnv { get; init; }
}
