using System.Text.Json;

namespace FnMesh.ScriptedWorker;

/// <summary>One function of a script.</summary>
internal sealed record ScriptedFunction
{
    public required string Name { get; init; }

    public string? Id { get; init; }

    public JsonElement[] Bindings { get; init; } = [];

    /// <summary>As Azure writes it: strategy, maxRetryCount and the intervals in seconds.</summary>
    public ScriptedRetry? Retry { get; init; }

    /// <summary>Why it cannot be indexed.</summary>
    public string? IndexFailure { get; init; }

    /// <summary>Why it cannot be loaded.</summary>
    public string? LoadFailure { get; init; }

    /// <summary>echo, answer, fail, cancelled, never, gone, crash, restart, logs, nothing.</summary>
    public string Does { get; init; } = "echo";

    /// <summary>For <c>answer</c>: string, json, bytes (as text), int, double, or http.</summary>
    public JsonElement? Returns { get; init; }

    /// <summary>For <c>answer</c>: by the name of the output, as <see cref="Returns"/>.</summary>
    public Dictionary<string, JsonElement> Outputs { get; init; } = [];
}
