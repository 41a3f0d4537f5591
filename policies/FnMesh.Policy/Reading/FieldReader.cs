using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Schemas;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>
/// Reads the fields of one map. Each that is asked for becomes known; <see cref="Close"/> then refuses the rest.
/// A field that is absent or refused reads as null; that a required one is absent is said here, until <see cref="Close"/> finds it misspelt.
/// </summary>
internal sealed class FieldReader
{
    public static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly YamlMap _map;
    private readonly Shape? _shape;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Diagnostic> _missing = new(StringComparer.Ordinal);

    private FieldReader(YamlMap map, Shape? shape, string name, DiagnosticBag diagnostics)
    {
        _map = map;
        _shape = shape;
        Name = name;
        Diagnostics = diagnostics;
    }

    /// <summary>What the map is, for messages.</summary>
    public string Name { get; }

    public Origin Origin => _map.Origin;

    public DiagnosticBag Diagnostics { get; }

    public ImmutableArray<YamlEntry> Entries => _map.Entries;

    /// <summary>The entries of a map whose names are the writer's.</summary>
    public ImmutableArray<YamlEntry> FreeEntries => _shape is null ? Entries : [new YamlEntry($"{Name}.*", Origin, _shape.AnyField())];

    /// <summary>Null, with a diagnostic, when the node is no map.</summary>
    public static FieldReader? Open(YamlNode node, string name, DiagnosticBag diagnostics)
    {
        if (node is YamlMap map) return new FieldReader(map, null, name, diagnostics);
        if (node is Shape shape) return shape.OpenMap(name) ? new FieldReader(new YamlMap(shape.Origin, []), shape, name, diagnostics) : null;
        diagnostics.Error(DiagnosticCodes.WrongType, node.Origin, $"'{name}' must be a map, not {node.Description}");
        return null;
    }

    public bool Has(string field) => _map.Find(field) is not null;

    /// <summary>Notes that exactly one of these fields is written; whoever asks checks it.</summary>
    public void ExactlyOne(params ReadOnlySpan<string> fields) => _shape?.Choose(fields);

    /// <summary>Notes which words a field may be; whoever asks checks it. True where nobody has written anything.</summary>
    public bool Expect(string field, params ReadOnlySpan<string> words)
    {
        if (_shape is null) return false;
        _shape.Field(field, required: false).Scalar = new ScalarShape("string") { Values = [.. words] };
        return true;
    }

    /// <summary>Where the field's name stands, or the map when it is absent.</summary>
    public Origin Place(string field) => _map.Find(field)?.Origin ?? Origin;

    public YamlNode? Node(string field, bool required = false)
    {
        _known.Add(field);
        if (_shape is not null) return _shape.Field(field, required);
        var entry = _map.Find(field);
        if (entry is null)
        {
            if (required) _missing[field] = Error(DiagnosticCodes.MissingField, Origin, $"field '{field}' is missing in '{Name}'");
            return null;
        }

        if (entry.Value is not YamlScalar { Kind: YamlScalarKind.Null }) return entry.Value;
        Error(DiagnosticCodes.MissingField, entry.Origin, $"field '{field}' has no value; give it one or leave it out");
        return null;
    }

    public FieldReader? Map(string field, bool required = false) =>
        Node(field, required) is { } node ? Open(node, field, Diagnostics) : null;

    public Written<ImmutableArray<YamlNode>>? List(string field, bool required = false) =>
        Node(field, required) is { } node ? ValueReader.List(node, field, Diagnostics) : null;

    /// <summary>A list that has at least one item when it is there.</summary>
    public Written<ImmutableArray<YamlNode>>? FilledList(string field, bool required = false)
    {
        if (List(field, required) is not { } list) return null;
        if (_shape is not null) _shape.Field(field, required).Filled = true;
        if (!list.Value.IsEmpty) return list;
        Error(DiagnosticCodes.InvalidValue, list.Origin, $"field '{field}' must not be an empty list{(required ? "" : "; fill it or leave it out")}");
        return null;
    }

    /// <summary>The maps of a list; what is no map is said and left out.</summary>
    public IEnumerable<FieldReader> Maps(Written<ImmutableArray<YamlNode>>? list, string name) =>
        (list?.Value ?? []).Select(item => Open(item, name, Diagnostics)).OfType<FieldReader>();

    /// <summary>The strings of a list; what is no string is said and left out.</summary>
    public IEnumerable<Written<string>> Texts(Written<ImmutableArray<YamlNode>>? list, string name) =>
        (list?.Value ?? []).Select(item => ValueReader.Text(item, name, Diagnostics)).Where(text => text is not null).Select(text => text!.Value);

    public Written<string>? Text(string field, bool required = false) =>
        Node(field, required) is { } node ? ValueReader.Text(node, field, Diagnostics) : null;

    public Written<int>? Whole(string field, int min, int max, bool required = false) =>
        Node(field, required) is { } node ? ValueReader.Whole(node, field, min, max, Diagnostics) : null;

    public Written<long>? Long(string field, long min, long max) =>
        Node(field) is { } node ? ValueReader.Long(node, field, min, max, Diagnostics) : null;

    public Written<double>? Ratio(string field) =>
        Node(field) is { } node ? ValueReader.Ratio(node, field, Diagnostics) : null;

    public Written<bool>? Flag(string field) =>
        Node(field) is { } node ? ValueReader.Flag(node, field, Diagnostics) : null;

    /// <summary>From <paramref name="min"/> (1 ms when null) to <paramref name="max"/> (24 h when null).</summary>
    public Written<TimeSpan>? Duration(string field, TimeSpan? min = null, TimeSpan? max = null, bool zero = false) =>
        Node(field) is { } node ? ValueReader.Duration(node, field, min ?? Least, max ?? Day, zero, Diagnostics) : null;

    /// <summary>As <see cref="ByteSizes"/> has them.</summary>
    public Written<long>? Size(string field, long min, long max)
    {
        if (_shape is not null) _shape.Field(field, required: false).Scalar = new ScalarShape("string") { Pattern = ByteSizes.Pattern };
        if (Text(field) is not { } text) return null;
        if (ByteSizes.Parse(text.Value) is { } size && size >= min && size <= max) return new(size, text.Origin);
        if (_shape is null) Error(DiagnosticCodes.InvalidValue, text.Origin, $"field '{field}' must be a size from {ByteSizes.Format(min)} to {ByteSizes.Format(max)}, such as 512MiB or 10GiB, not {Quoted.Text(text.Value)}");
        return null;
    }

    public Written<string>? Choice(string field, ReadOnlySpan<string> choices, ReadOnlySpan<string> later, bool required = false) =>
        Node(field, required) is { } node ? ValueReader.Choice(node, field, choices, later, Diagnostics) : null;

    /// <summary>A name; one that breaks the rules is said and still returned, so that what refers to it is not refused for that too.</summary>
    public Written<string>? Label(string field, bool required = false)
    {
        if (_shape is not null) _shape.Field(field, required).Scalar = new ScalarShape("string") { Pattern = Names.LabelPattern };
        var text = Text(field, required);
        if (text is not { } name || Names.IsLabel(name.Value)) return text;
        Error(DiagnosticCodes.InvalidName, name.Origin,
            $"field '{field}' must be a DNS label (1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit), not {Quoted.Text(name.Value)}");
        return text;
    }

    /// <summary>Refuses every field that was not asked for; those in <paramref name="later"/> are known, but do not act yet.</summary>
    public void Close(params ReadOnlySpan<string> later)
    {
        foreach (var entry in _map.Entries)
        {
            if (_known.Contains(entry.Key) || Diagnostics.IsFull) continue;
            if (later.Contains(entry.Key))
            {
                Error(DiagnosticCodes.FieldNotSupportedYet, entry.Origin, $"field '{entry.Key}' of '{Name}' is not supported yet; remove it");
                continue;
            }

            string[] all = [.. _known, .. later];
            if (NearestName.Among(entry.Key, all) is { } meant && _missing.Remove(meant, out var misspelt)) Diagnostics.Withdraw(misspelt);
            var hint = NearestName.Hint(entry.Key, all);
            if (hint.Length == 0 && _known.Count > 0) hint = $"; known are {Quoted.List(_known.Order(StringComparer.Ordinal))}";
            Error(DiagnosticCodes.UnknownField, entry.Origin, $"unknown field {Quoted.Text(entry.Key)} in '{Name}'{hint}");
        }
    }

    public Diagnostic Error(string code, Origin origin, string message) => Diagnostics.Error(code, origin, message);
}
