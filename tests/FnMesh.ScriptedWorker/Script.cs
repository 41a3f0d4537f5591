using System.Text.Json;

namespace FnMesh.ScriptedWorker;

/// <summary>What a worker does, from script.json in its working directory.</summary>
internal sealed record Script
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public Dictionary<string, string> Capabilities { get; init; } = new()
    {
        ["RpcHttpBodyOnly"] = "true",
        ["RawHttpBodyBytes"] = "True",
        ["RpcHttpTriggerMetadataRemoved"] = "true",
        ["UseNullableValueDictionaryForHttp"] = "true",
        ["TypedDataCollection"] = "true",
        ["WorkerStatus"] = "true",
        ["HandlesInvocationCancelMessage"] = "true",
        ["HandlesWorkerTerminateMessage"] = "true",
    };

    /// <summary>Whether answers carry the ids of their requests.</summary>
    public bool CopiesRequestIds { get; init; } = true;

    /// <summary>Whether the host looks for functions itself.</summary>
    public bool LeavesIndexToHost { get; init; }

    /// <summary>An answer that is not given: init, metadata, load, status; or start, which opens no stream.</summary>
    public string? Withholds { get; init; }

    /// <summary>Why the app cannot be loaded.</summary>
    public string? InitFailure { get; init; }

    /// <summary>Said on standard output before the stream is opened.</summary>
    public string[] Says { get; init; } = [];

    /// <summary>Where the worker takes HTTP itself: <c>good</c>, or how it goes wrong.</summary>
    public bool TakesHttp { get; init; }

    /// <summary>A worker id that is not its own.</summary>
    public string? PretendsToBe { get; init; }

    public ScriptedFunction[] Functions { get; init; } = [];

    public static Script Read(string directory) => JsonSerializer.Deserialize<Script>(File.ReadAllBytes(Path.Combine(directory, "script.json")), Json)!;
}
