using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FnMesh.Policy.Snapshots;

/// <summary>A filter of the CloudEvents Subscriptions API; one of its seven dialects, or our own for the data.</summary>
[JsonDerivedType(typeof(Exact), "exact")]
[JsonDerivedType(typeof(Prefix), "prefix")]
[JsonDerivedType(typeof(Suffix), "suffix")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(Any), "any")]
[JsonDerivedType(typeof(Not), "not")]
[JsonDerivedType(typeof(Sql), "sql")]
[JsonDerivedType(typeof(Data), "data")]
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

    /// <summary>The expression in CESQL is true and meets no error.</summary>
    public sealed record Sql(string Expression) : EventFilter;

    /// <summary>The data is JSON, and all tests hold in it; never empty.</summary>
    public sealed record Data(ImmutableArray<DataTest> Tests) : EventFilter;
}
