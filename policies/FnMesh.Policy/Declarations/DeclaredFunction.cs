using System.Collections.Immutable;

namespace FnMesh.Policy.Declarations;

/// <summary>One function, as its attributes describe it with all settings filled in.</summary>
public sealed record DeclaredFunction
{
    /// <summary>The function's name; with the app's before it, that of its Subscription or HTTPRoute.</summary>
    public required string Name { get; init; }

    public required DeclaredTrigger Trigger { get; init; }

    /// <summary>A route template without a slash at its start; null but for HTTP.</summary>
    public string? Route { get; init; }

    /// <summary>In upper case; empty for all.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    /// <summary>Who may call from the edge: <c>anonymous</c>, or who holds a key; null for members alone.</summary>
    public string? Level { get; init; }

    /// <summary>Where events are posted to, or the timer is run; begins with <c>/</c>. Null for HTTP, which has a route.</summary>
    public string? Target { get; init; }

    /// <summary>Empty for all types.</summary>
    public ImmutableArray<string> EventTypes { get; init; } = [];

    /// <summary>The only source that is wanted; null for every one.</summary>
    public string? Source { get; init; }

    /// <summary>In CESQL; null for none.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether a call may be repeated whatever its method.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Null for the mesh's defaults.</summary>
    public DeclaredRetry? Retry { get; init; }

    /// <summary>How many events it takes at once at most; null for one at a time.</summary>
    public int? Batch { get; init; }

    /// <summary>Whether who serves it asks for its keys itself, so that the edge may lead to it whatever its level.</summary>
    public bool? ChecksKeys { get; init; }
}
