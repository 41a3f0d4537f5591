using FnMesh.Gateway.Events;
using FnMesh.Policy.Cesql;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>What a condition sees of a request: the attributes of a call, or those of an event with who asks in the place of what the event says of that.</summary>
internal sealed class AccessView
{
    private static readonly CesqlLookup Lookup = static (source, name) => ((AccessView)source).Find(name) is { } value ? CesqlValue.Of(value) : default;

    private readonly IReadOnlyList<KeyValuePair<string, string>>? _event;
    private readonly string _principal;
    private readonly string? _namespace;
    private readonly string? _method;
    private readonly string? _path;
    private readonly string? _query;
    private readonly string? _host;
    private readonly string? _listener;

    private AccessView(in AccessRequest request, ReadOnlySpan<char> path)
    {
        _principal = request.Principal;
        _namespace = request.Namespace is { Length: > 0 } ns ? ns.ToString() : null;
        _event = request.Attributes;
        if (request.Operation != Operation.Call) return;
        (_method, _path) = (request.Method, path.ToString());
        if (request.Call is not { } call) return;
        _query = call.Query.ToString();
        _host = call.Host.ToString().ToLowerInvariant();
        _listener = call.IsFromMesh ? "mesh" : call.Listener?.Name ?? "edge";
    }

    /// <summary>Evaluates a condition.</summary>
    /// <param name="condition">In CESQL.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="path">The reading of its path.</param>
    public static CesqlOutcome Evaluate(CesqlExpression condition, in AccessRequest request, ReadOnlySpan<char> path) => condition.Evaluate(new AccessView(request, path), Lookup);

    private string? Find(string name) => name switch
    {
        CallAttributes.Principal => _principal,
        CallAttributes.Namespace => _namespace,
        _ when _event is not null => AttributeName.Find(_event, name),
        CallAttributes.Method => _method,
        CallAttributes.Path => _path,
        CallAttributes.Query => _query,
        CallAttributes.Host => _host,
        CallAttributes.Listener => _listener,
        _ => null,
    };
}
