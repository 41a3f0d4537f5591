using System.Collections.Frozen;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Routing;

/// <summary>Finds the rule for a call. Hosts come first, the longest name before the shorter ones, exact before wildcard (Gateway API, HTTPRouteSpec.hostnames).</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, PathTable>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenDictionary<string, PathTable>.AlternateLookup<ReadOnlySpan<char>> _wildcards;
    private readonly PathTable? _any;

    /// <summary>What a caller that found no rule has probably meant.</summary>
    public NearRoutes Near { get; }

    /// <summary>Whether no route is attached here.</summary>
    public bool IsEmpty { get; }

    /// <param name="matches">Every match of every rule, with the host names that it is for; none means all hosts.</param>
    public RouteTable(IReadOnlyList<(IReadOnlyList<string> Hosts, RouteMatch Match)> matches)
    {
        Near = new NearRoutes(matches);
        IsEmpty = matches.Count == 0;
        var byHost = matches
            .SelectMany(entry => entry.Hosts.DefaultIfEmpty(string.Empty), (entry, host) => (host, entry.Match))
            .GroupBy(entry => entry.host, entry => entry.Match, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => new PathTable([.. group]), StringComparer.OrdinalIgnoreCase);
        _exact = byHost
            .Where(entry => entry.Key.Length > 0 && entry.Key[0] != '*')
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _wildcards = byHost
            .Where(entry => entry.Key.StartsWith('*'))
            .ToFrozenDictionary(entry => entry.Key[1..], entry => entry.Value, StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _any = byHost.GetValueOrDefault(string.Empty);
    }

    public RouteRule? Find(Envelope envelope)
    {
        var host = envelope.Host.Span;
        if (_exact.TryGetValue(host, out var paths) && paths.Find(envelope) is { } exact) return exact;
        if (_wildcards.Dictionary.Count == 0) return _any?.Find(envelope);
        // From dot to dot, and so from the longest name to the shortest.
        for (var dot = 1; dot < host.Length; dot++)
        {
            if (host[dot] == '.' && _wildcards.TryGetValue(host[dot..], out var wildcard) && wildcard.Find(envelope) is { } rule) return rule;
        }

        return _any?.Find(envelope);
    }
}
