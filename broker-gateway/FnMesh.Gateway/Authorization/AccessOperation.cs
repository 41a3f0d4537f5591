using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>What is asked for, compiled. Paths and functions are compared so that an ALLOW never means too much and a DENY never too little.</summary>
internal sealed class AccessOperation
{
    private readonly OperationEntry _entry;
    private readonly bool _isAllow;
    private readonly Pattern[]? _types;
    private readonly Pattern[]? _sources;
    private readonly Pattern[]? _functions;

    public AccessOperation(OperationEntry entry, AuthorizationAction action)
    {
        (_entry, _isAllow) = (entry, action == AuthorizationAction.Allow);
        Paths = [.. entry.Paths.Select(path => new PathPattern(path))];
        (_types, _sources) = (Pattern.Compile(entry.EventTypes.IsEmpty ? null : entry.EventTypes), Pattern.Compile(entry.EventSources));
        _functions = Pattern.Compile(entry.Functions?.Select(function => function.ToLowerInvariant()).ToImmutableArray());
    }

    public OperationEntry Entry => _entry;

    public ImmutableArray<PathPattern> Paths { get; }

    public bool HasPaths => !Paths.IsEmpty;

    public bool AsksForFunctions => _functions is not null;

    public bool Matches(in AccessRequest request)
    {
        if (!_entry.Names(request.Operation)) return false;
        if (_functions is not null && !Reaches(_functions, request.Functions)) return false;
        return request.Operation == Operation.Call
            ? (_entry.Methods.IsEmpty || _entry.Methods.Contains(request.Method)) && (Paths.IsEmpty || IsAt(request))
            : (_types is null || Pattern.AnyMatches(_types, request.EventType)) && (_sources is null || Pattern.AnyMatches(_sources, request.EventSource));
    }

    private bool IsAt(in AccessRequest request)
    {
        foreach (var path in Paths)
        {
            if (_isAllow ? path.Matches(request.Path) : path.MatchesAnyReading(request.Path, request.Readings ?? [])) return true;
        }

        return false;
    }

    /// <summary>An ALLOW means all functions that may be reached, of which there is one; anything else means one of them.</summary>
    private bool Reaches(Pattern[] patterns, string[]? functions)
    {
        foreach (var function in functions ?? [])
        {
            if (Pattern.AnyMatches(patterns, function) != _isAllow) return !_isAllow;
        }

        return _isAllow && functions is { Length: > 0 };
    }
}
