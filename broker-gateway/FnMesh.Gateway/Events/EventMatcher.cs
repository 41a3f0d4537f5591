using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using FnMesh.Gateway.Metrics;
using FnMesh.Policy.Cesql;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Events;

/// <summary>Which events a subscription wants, compiled once for each snapshot (CloudEvents Subscriptions API, 3.2.4). Comparisons are ordinal; nothing is allocated but where expressions and data ask for it.</summary>
internal sealed class EventMatcher
{
    private static readonly CesqlLookup Attribute = static (source, name) => ((EventRecord)source)[name] is { } value ? CesqlValue.Of(value) : default;

    private readonly FilterInstruments? _faults;
    private readonly string? _source;
    private readonly FrozenSet<string>? _types;
    private readonly Node[] _filters;

    private EventMatcher(SubscriptionEntry subscription, FilterInstruments? faults)
    {
        _faults = faults;
        _source = subscription.Source;
        _types = subscription.Types.IsDefaultOrEmpty ? null : subscription.Types.ToFrozenSet(StringComparer.Ordinal);
        _filters = Compile(subscription.Filters);
    }

    /// <param name="subscription">Its source, types and filters.</param>
    /// <param name="faults">Counts what filters cannot judge; null where nobody wants to know.</param>
    public static EventMatcher Compile(SubscriptionEntry subscription, FilterInstruments? faults = null) => new(subscription, faults);

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

    private Node[] Compile(ImmutableArray<EventFilter> filters) => filters.IsDefaultOrEmpty ? [] : [.. filters.Select(Compile)];

    private Node Compile(EventFilter filter) => filter switch
    {
        EventFilter.Exact exact => new Compare([.. exact.Attributes], Comparison.Exact),
        EventFilter.Prefix prefix => new Compare([.. prefix.Attributes], Comparison.Prefix),
        EventFilter.Suffix suffix => new Compare([.. suffix.Attributes], Comparison.Suffix),
        EventFilter.All all => new All(Compile(all.Filters)),
        EventFilter.Any any => new Any(Compile(any.Filters)),
        EventFilter.Not not => new Not(Compile(not.Filter)),
        EventFilter.Sql sql => new Expression(ExpressionOf(sql), _faults),
        EventFilter.Data data => new Within([.. data.Tests.Select(test => new DataCondition(test))], _faults),
        _ => throw new InvalidOperationException($"{filter.GetType().Name} is a dialect without a meaning here."),
    };

    private static CesqlExpression ExpressionOf(EventFilter.Sql sql) =>
        CesqlExpression.Fault(sql.Expression) is { } fault ? throw new FormatException($"a filter cannot be read {fault}") : CesqlExpression.Compile(sql.Expression);

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

    /// <summary>An attribute is a String, whatever type its producer gave it: so it travels in binary mode.</summary>
    private sealed class Expression(CesqlExpression expression, FilterInstruments? faults) : Node
    {
        public override bool Holds(EventRecord candidate)
        {
            var outcome = expression.Evaluate(candidate, Attribute);
            if (outcome.Errors != CesqlErrors.None) faults?.Failed(outcome.Errors);
            return outcome.Passes;
        }
    }

    private sealed class Within(DataCondition[] conditions, FilterInstruments? faults) : Node
    {
        public override bool Holds(EventRecord candidate)
        {
            var document = candidate.Document;
            if (document.Flaw == DataFlaw.None) return AllHold(document.Root);
            faults?.Failed(document.Flaw);
            return false;
        }

        private bool AllHold(JsonElement data)
        {
            try
            {
                foreach (var condition in conditions)
                {
                    if (!condition.Holds(data)) return false;
                }

                return true;
            }
            catch (InvalidOperationException)
            {
                faults?.Failed(DataFlaw.NotJson);
                return false;
            }
        }
    }
}
