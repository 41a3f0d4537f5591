using System.Collections.Immutable;
using FnMesh.Policy.Schemas;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads filters of the CloudEvents Subscriptions API; each is a map with one dialect, of which <c>data</c> is our own.</summary>
internal static class EventFilterReader
{
    private static readonly string[] Dialects = ["exact", "prefix", "suffix", "all", "any", "not", "sql", "cesql", "data"];

    public static ImmutableArray<EventFilter> ReadAll(FieldReader owner, string field, bool required = false)
    {
        var filters = ImmutableArray.CreateBuilder<EventFilter>();
        foreach (var item in (required ? owner.FilledList(field) : owner.List(field))?.Value ?? [])
        {
            if (Read(item, owner.Diagnostics) is { } filter) filters.Add(filter);
        }

        return filters.ToImmutable();
    }

    private static EventFilter? Read(YamlNode node, DiagnosticBag diagnostics)
    {
        if (FieldReader.Open(node, "filter", diagnostics) is not { } filter) return null;
        var written = Dialects.Where(filter.Has).ToArray();
        EventFilter? first = null;
        foreach (var dialect in Dialects)
        {
            var read = ReadDialect(filter, dialect);
            first ??= read;
        }

        filter.Close();
        filter.ExactlyOne(Dialects);
        if (filter.Entries.Length != 1)
            diagnostics.Error(DiagnosticCodes.ExclusiveFields, node.Origin,
                $"a filter has exactly one dialect ({Quoted.List(Dialects)}); this one has {(filter.Entries.IsEmpty ? "none" : Quoted.List(filter.Entries.Select(entry => entry.Key)))}");
        return written.Length == 1 ? first : null;
    }

    private static EventFilter? ReadDialect(FieldReader filter, string dialect)
    {
        if (filter.Node(dialect) is not { } node) return null;
        switch (dialect)
        {
            case "all" when ReadAll(filter, dialect, required: true) is { IsEmpty: false } inner:
                return new EventFilter.All(inner);
            case "any" when ReadAll(filter, dialect, required: true) is { IsEmpty: false } inner:
                return new EventFilter.Any(inner);
            case "sql" or "cesql":
                return SqlFilterReader.Read(node, dialect, filter.Diagnostics);
            case "data":
                return DataFilterReader.Read(node, filter.Diagnostics);
            case "not":
                return Read(node, filter.Diagnostics) is { } negated ? new EventFilter.Not(negated) : null;
            case "exact" or "prefix" or "suffix" when ReadAttributes(node, dialect, filter.Diagnostics) is { } attributes:
                return dialect switch
                {
                    "exact" => new EventFilter.Exact(attributes),
                    "prefix" => new EventFilter.Prefix(attributes),
                    _ => new EventFilter.Suffix(attributes),
                };
            default:
                return null;
        }
    }

    private static ImmutableSortedDictionary<string, string>? ReadAttributes(YamlNode node, string dialect, DiagnosticBag diagnostics)
    {
        if (FieldReader.Open(node, dialect, diagnostics) is not { } map) return null;
        if (node is Shape shape) shape.Filled = true;
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, place, value) in map.FreeEntries)
        {
            if (!Names.IsAttribute(name) || name == "data")
                diagnostics.Error(DiagnosticCodes.InvalidName, place,
                    $"{Quoted.Text(name)} is no attribute of a CloudEvent; names are a-z and 0-9, and the data is for the dialect 'data'");
            if (ValueReader.Text(value, name, diagnostics) is { } text) attributes[name] = text.Value;
        }

        if (map.Entries.IsEmpty)
            diagnostics.Error(DiagnosticCodes.InvalidValue, node.Origin, $"'{dialect}' must name at least one attribute");
        return attributes.Count == 0 ? null : attributes.ToImmutable();
    }
}
