namespace FnMesh.Functions;

/// <summary>What the attributes of a function say. Settings (%NAME%) are still names.</summary>
public sealed record FunctionDescriptor
{
    public required string Name { get; init; }

    public required FunctionTrigger Trigger { get; init; }

    /// <summary>The type and the method, for people.</summary>
    public required string EntryPoint { get; init; }

    /// <summary>In upper case; empty for all.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Without a slash at its start; null but for HTTP.</summary>
    public string? Route { get; init; }

    /// <summary>Null where only members of the mesh may call.</summary>
    public AuthorizationLevel? Level { get; init; }

    /// <summary>Empty for all types.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    public string? Filter { get; init; }

    public string? Source { get; init; }

    public string? Schedule { get; init; }

    public bool RunOnStartup { get; init; }

    public FunctionRetry? Retry { get; init; }

    public bool Idempotent { get; init; }
}
