using System.Collections.Frozen;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy;

namespace FnMesh.Gateway.Routing;

/// <summary>
/// The matches with regular expressions, in their order, found by the characters that a pattern begins with: only those are tried that can fit. What begins with anything,
/// such as <c>.*</c> or an alternative, is tried for every path.
/// </summary>
internal sealed class PatternTable
{
    private readonly FrozenDictionary<string, (int Rank, RouteMatch Match)[]>.AlternateLookup<ReadOnlySpan<char>> _byBeginning;
    private readonly int[] _lengths;

    /// <param name="matches">The one that wins first.</param>
    public PatternTable(IEnumerable<RouteMatch> matches)
    {
        var byBeginning = matches.Select((match, rank) => (Rank: rank, Match: match))
            .GroupBy(ranked => RoutePattern.Beginning(ranked.Match.Entry.Path), StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        _byBeginning = byBeginning.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. byBeginning.Keys.Select(beginning => beginning.Length).Distinct().Order()];
    }

    public RouteRule? Find(Envelope envelope)
    {
        var path = envelope.Path;
        var (found, best) = (default(RouteRule), int.MaxValue);
        foreach (var length in _lengths)
        {
            if (length > path.Length) break;
            if (!_byBeginning.TryGetValue(path[..length], out var ranked)) continue;
            foreach (var (rank, match) in ranked)
            {
                if (rank > best) break;
                if (!match.Fits(path) || !match.Holds(envelope)) continue;
                (found, best) = (match.Rule, rank);
                break;
            }
        }

        return found;
    }
}
