using System.Collections.Frozen;
using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Events;

/// <summary>Which events a subscription wants, compiled once for each snapshot (CloudEvents Subscriptions API, 3.2.4). Comparisons are ordinal; nothing is allocated.</summary>
internal sealed class EventMatcher
{
    private readonly string? _source;
    private readonly FrozenSet<string>? _types;
    private readonly Node[] _filters;

    private EventMatcher(SubscriptionEntry subscription)
    {
        _source = subscription.Source;
        _types = subscription.Types.IsDefaultOrEmpty ? null : subscription.Types.ToFrozenSet(StringComparer.Ordinal);
        _filters = Compile(subscription.Filters);
    }

    public static EventMatcher Compile(SubscriptionEntry subscription) => new(subscription);

    /// <summary>Source, types and every filter must hold. An attribute that is not set matches nothing.</summary>
    public bool Matches(EventRecord candidate)
    {
        if (_source is not null && candidate["source"] != _source) return false;
        if (_types is not null && !(candidate["type"] is { } type && _types.Contains(type))) return false;
        return AllHold(_filters, candidate);
    }

    private static bool AllHold(Node[] nodes, EventRecord candidate)
    {
        foreach (var node in nodes)
        {
            if (!node.Holds(candidate)) return false;
        }

        return true;
    }

    private static Node[] Compile(ImmutableArray<EventFilter> filters) => filters.IsDefaultOrEmpty ? [] : [.. filters.Select(Compile)];

    private static Node Compile(EventFilter filter) => filter switch
    {
        EventFilter.Exact exact => new Compare([.. exact.Attributes], Comparison.Exact),
        EventFilter.Prefix prefix => new Compare([.. prefix.Attributes], Comparison.Prefix),
        EventFilter.Suffix suffix => new Compare([.. suffix.Attributes], Comparison.Suffix),
        EventFilter.All all => new All(Compile(all.Filters)),
        EventFilter.Any any => new Any(Compile(any.Filters)),
        EventFilter.Not not => new Not(Compile(not.Filter)),
        _ => throw new InvalidOperationException($"{filter.GetType().Name} is a dialect without a meaning here."),
    };

    private enum Comparison : byte
    {
        Exact,
        Prefix,
        Suffix,
    }

    private abstract class Node
    {
        public abstract bool Holds(EventRecord candidate);
    }

    private sealed class Compare(KeyValuePair<string, string>[] wanted, Comparison comparison) : Node
    {
        public override bool Holds(EventRecord candidate)
        {
            foreach (var (name, value) in wanted)
            {
                if (candidate[name] is not { } actual) return false;
                var holds = comparison switch
                {
                    Comparison.Exact => actual == value,
                    Comparison.Prefix => actual.StartsWith(value, StringComparison.Ordinal),
                    _ => actual.EndsWith(value, StringComparison.Ordinal),
                };
                if (!holds) return false;
            }

            return true;
        }
    }

    private sealed class All(Node[] nodes) : Node
    {
        public override bool Holds(EventRecord candidate) => AllHold(nodes, candidate);
    }

    private sealed class Any(Node[] nodes) : Node
    {
        public override bool Holds(EventRecord candidate)
        {
            foreach (var node in nodes)
            {
                if (node.Holds(candidate)) return true;
            }

            return false;
        }
    }

    private sealed class Not(Node node) : Node
    {
        public override bool Holds(EventRecord candidate) => !node.Holds(candidate);
    }
}
