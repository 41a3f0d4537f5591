using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>
/// Finds the first of many rules that holds. The rules are split by what tells most of them apart (principals, paths, types of events, their sources,
/// namespaces, methods), again within each part, so that a search meets those that agree with the request in all of that, and the cost of the others is next to nothing.
/// </summary>
internal sealed class RuleIndex
{
    /// <summary>As many rules are asked one after the other.</summary>
    private const int Few = 4;

    private static readonly Dimension[] Dimensions =
    [
        new(false, static atom => atom.From?.Principals),
        new(true, PathsOf),
        new(false, static atom => atom.To?.Entry.EventTypes is { IsEmpty: false } types ? types : null),
        new(false, static atom => atom.To?.Entry.EventSources),
        new(false, static atom => atom.From?.Namespaces),
        new(false, static atom => atom.To?.Entry.Methods is { IsEmpty: false } methods ? methods : null),
    ];

    private readonly Node _root;

    /// <param name="rules">All of one action, in the order in which the first wins.</param>
    public RuleIndex(IEnumerable<AccessRule> rules) => _root = Build([.. rules.SelectMany(Atoms)], [.. Enumerable.Range(0, Dimensions.Length)]);

    /// <summary>The first rule that holds; null for none.</summary>
    public AccessRule? Find(in AccessRequest request)
    {
        var found = default(Atom?);
        _root.Find(request, ref found);
        return found?.Rule;
    }

    /// <summary>An ALLOW is found by the path as it stands, anything else by its readings too.</summary>
    private static ImmutableArray<string>? PathsOf(Atom atom) =>
        atom.To is not { HasPaths: true } to ? null
        : atom.IsAllow ? [.. to.Paths.Select(path => path.Text)]
        : to.Paths.Any(path => path.PlainText is null) ? null
        : [.. to.Paths.SelectMany(path => new[] { path.Text, path.PlainText! }).Distinct()];

    private static IEnumerable<Atom> Atoms(AccessRule rule, int order)
    {
        AccessCaller?[] callers = rule.From.IsEmpty ? [null] : [.. rule.From];
        AccessOperation?[] operations = rule.To.IsEmpty ? [null] : [.. rule.To];
        return callers.SelectMany(_ => operations, (from, to) => new Atom(order, rule, from, to));
    }

    private static Node Build(List<Atom> atoms, ImmutableArray<int> open)
    {
        if (atoms.Count <= Few) return new Node(atoms);
        var best = -1;
        var least = atoms.Count;
        foreach (var dimension in open)
        {
            if (LargestPart(atoms, Dimensions[dimension]) is not { } largest || largest >= least) continue;
            (best, least) = (dimension, largest);
        }

        if (best < 0) return new Node(atoms);
        var rest = new List<Atom>();
        var parts = new Dictionary<string, List<Atom>>(StringComparer.Ordinal);
        foreach (var atom in atoms)
        {
            if (Patterns(atom, Dimensions[best]) is not { } patterns)
            {
                rest.Add(atom);
                continue;
            }

            foreach (var pattern in patterns)
            {
                if (!parts.TryGetValue(pattern, out var part)) parts.Add(pattern, part = []);
                part.Add(atom);
            }
        }

        var others = open.Remove(best);
        return new Node(Dimensions[best].IsPath, best, new PatternTable<Node>([.. parts.Select(part => KeyValuePair.Create(part.Key, Build(part.Value, others)))]), Build(rest, others));
    }

    /// <summary>How many atoms a search may still meet; null where splitting would copy them too often.</summary>
    private static int? LargestPart(List<Atom> atoms, Dimension dimension)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var (rest, copies) = (0, 0);
        foreach (var atom in atoms)
        {
            if (Patterns(atom, dimension) is not { } patterns)
            {
                rest++;
                continue;
            }

            copies += patterns.Length;
            if (copies > (4 * atoms.Count) + 64) return null;
            foreach (var pattern in patterns) counts[pattern] = counts.GetValueOrDefault(pattern) + 1;
        }

        return rest + (counts.Count == 0 ? 0 : counts.Values.Max());
    }

    /// <summary>Null where everything matches.</summary>
    private static ImmutableArray<string>? Patterns(Atom atom, Dimension dimension) =>
        dimension.Of(atom) is { } patterns && !patterns.Contains("*") ? patterns : null;

    private sealed record Dimension(bool IsPath, Func<Atom, ImmutableArray<string>?> Of);

    /// <summary>A rule, as far as one of its items of <c>from</c> and one of <c>to</c> say where to look for it.</summary>
    private sealed record Atom(int Order, AccessRule Rule, AccessCaller? From, AccessOperation? To)
    {
        public bool IsAllow => Rule.Action == AuthorizationAction.Allow;
    }

    private sealed class Node
    {
        private readonly Atom[] _atoms = [];
        private readonly bool _isPath;
        private readonly int _dimension;
        private readonly PatternTable<Node>? _parts;
        private readonly Node? _rest;

        public Node(List<Atom> atoms) => _atoms = [.. atoms.DistinctBy(atom => atom.Order).OrderBy(atom => atom.Order)];

        public Node(bool isPath, int dimension, PatternTable<Node> parts, Node rest) => (_isPath, _dimension, _parts, _rest) = (isPath, dimension, parts, rest);

        public void Find(in AccessRequest request, ref Atom? found)
        {
            foreach (var atom in _atoms)
            {
                if (found is not null && found.Order <= atom.Order) break;
                if (!atom.Rule.Matches(request)) continue;
                found = atom;
                break;
            }

            if (_parts is null) return;
            _rest!.Find(request, ref found);
            FindAt(Value(request), request, ref found);
            if (!_isPath) return;
            foreach (var reading in request.Readings ?? []) FindAt(reading, request, ref found);
        }

        private void FindAt(ReadOnlySpan<char> value, in AccessRequest request, ref Atom? found)
        {
            foreach (var part in _parts!.Of(value)) part.Find(request, ref found);
        }

        private ReadOnlySpan<char> Value(in AccessRequest request) => _dimension switch
        {
            0 => request.Principal,
            1 => request.Path,
            2 => request.EventType,
            3 => request.EventSource,
            4 => request.Namespace,
            _ => request.Method,
        };
    }
}
