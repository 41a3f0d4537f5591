using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FnMesh.Policy.Snapshots;

/// <summary>A filter of the CloudEvents Subscriptions API; one of the six required dialects.</summary>
[JsonDerivedType(typeof(Exact), "exact")]
[JsonDerivedType(typeof(Prefix), "prefix")]
[JsonDerivedType(typeof(Suffix), "suffix")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(Any), "any")]
[JsonDerivedType(typeof(Not), "not")]
public abstract record EventFilter
{
    private EventFilter()
    {
    }

    /// <summary>Every attribute has exactly the value.</summary>
    public sealed record Exact(ImmutableSortedDictionary<string, string> Attributes) : EventFilter;

    /// <summary>Every attribute begins with the value.</summary>
    public sealed record Prefix(ImmutableSortedDictionary<string, string> Attributes) : EventFilter;

    /// <summary>Every attribute ends with the value.</summary>
    public sealed record Suffix(ImmutableSortedDictionary<string, string> Attributes) : EventFilter;

    /// <summary>All inner filters hold; never empty.</summary>
    public sealed record All(ImmutableArray<EventFilter> Filters) : EventFilter;

    /// <summary>At least one inner filter holds; never empty.</summary>
    public sealed record Any(ImmutableArray<EventFilter> Filters) : EventFilter;

    /// <summary>The inner filter does not hold.</summary>
    public sealed record Not(EventFilter Filter) : EventFilter;
}
