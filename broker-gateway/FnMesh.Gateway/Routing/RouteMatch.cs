using System.Text.RegularExpressions;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>One match of a rule. Everything in it must hold.</summary>
internal sealed record RouteMatch(RouteMatchEntry Entry, RouteRule Rule)
{
    private readonly Regex? _path = Entry.PathType == PathMatchType.RegularExpression ? RoutePattern.Compile(Entry.Path) : null;
    private readonly Regex?[] _headers = [.. Entry.Headers.Select(header => header.IsPattern is true ? RoutePattern.Compile(header.Value) : null)];
    private readonly string?[] _claims = [.. Entry.Headers.Select(header => ClaimHeader.ClaimOf(header.Name))];
    private readonly QueryMatchEntry[] _query = [.. Entry.QueryParams ?? []];
    private readonly Regex?[] _values = [.. (Entry.QueryParams ?? []).Select(parameter => parameter.IsPattern is true ? RoutePattern.Compile(parameter.Value) : null)];

    public int QueryCount => _query.Length;

    /// <summary>Whether the path fits the pattern; only asked where there is one.</summary>
    public bool Fits(ReadOnlySpan<char> path) => _path!.IsMatch(path);

    /// <summary>Whether everything but the path holds, which was found already.</summary>
    public bool Holds(Envelope envelope)
    {
        // A browser asks with OPTIONS for leave to use another method.
        if (Entry.Method is { } method && envelope.Method != method && !(Rule.Cors is not null && envelope.Preflight == method)) return false;
        if (Entry.IsGrpc is true && !envelope.IsGrpc) return false;
        if (Entry.GrpcMethod is { } called && !IsMethod(envelope.Path, called)) return false;
        for (var i = 0; i < _headers.Length; i++)
        {
            if (_claims[i] is { } claim)
            {
                if (!IsClaimed(envelope, claim, i)) return false;
                continue;
            }

            var value = envelope.Exchange?.Header(Entry.Headers[i].Name);
            if (value is null || !(_headers[i] is { } pattern ? pattern.IsMatch(value) : value == Entry.Headers[i].Value)) return false;
        }

        for (var i = 0; i < _query.Length; i++)
        {
            if (!QueryText.Holds(envelope.Query, _query[i].Name, _query[i].Value, _values[i])) return false;
        }

        return true;
    }

    /// <summary>Whether the caller's token says it. What a caller sends in a header of that name says nothing.</summary>
    private bool IsClaimed(Envelope envelope, string claim, int header)
    {
        foreach (var value in envelope.Claims is { } claims ? claims.Small(claim) : default)
        {
            if (_headers[header] is { } pattern ? pattern.IsMatch(value) : value == Entry.Headers[header].Value) return true;
        }

        return false;
    }

    /// <summary>Whether a path is <c>/SERVICE/METHOD</c> with this method.</summary>
    private static bool IsMethod(ReadOnlySpan<char> path, string method) =>
        path.Length > method.Length + 1 && path[^(method.Length + 1)] == '/' && path.EndsWith(method) && path[1..^(method.Length + 1)].IndexOf('/') < 0;
}
