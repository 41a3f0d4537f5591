using System.Collections.Immutable;
using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>A function that can be served.</summary>
internal sealed record IndexedFunction
{
    public required string Name { get; init; }

    /// <summary>As the worker knows it.</summary>
    public required string Id { get; init; }

    public required Trigger Trigger { get; init; }

    /// <summary>What it publishes.</summary>
    public ImmutableArray<EventOutput> Outputs { get; init; } = [];

    /// <summary>Null for the mesh's defaults.</summary>
    public DeclaredRetry? Retry { get; init; }

    /// <summary>Whether it is loaded, and nothing leads to it.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>What the worker is told to load.</summary>
    public required RpcFunctionMetadata Metadata { get; init; }

    /// <summary>Why the worker could not load it; its runs fail with that. Null when it could.</summary>
    public string? LoadFailure { get; init; }
}
