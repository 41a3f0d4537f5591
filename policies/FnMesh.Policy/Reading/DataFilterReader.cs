using System.Collections.Immutable;
using System.Globalization;
using FnMesh.Policy.Schemas;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads the dialect <c>data</c>: places in the JSON of the data, and what is wanted there.</summary>
internal static class DataFilterReader
{
    public const int MaxTests = 16;
    public const int MaxValues = 100;
    public const int MaxText = 256;

    public static EventFilter? Read(YamlNode node, DiagnosticBag diagnostics)
    {
        if (FieldReader.Open(node, "data", diagnostics) is not { } map) return null;
        if (node is Shape shape) shape.Filled = true;
        var tests = ImmutableArray.CreateBuilder<DataTest>();
        foreach (var (path, place, value) in map.FreeEntries)
        {
            if (value is not Shape && DataPath.Fault(path) is { } fault) diagnostics.Error(DiagnosticCodes.InvalidDataFilter, place, $"the path {Quoted.Text(path)} {fault}");
            if (ReadTest(path, value, diagnostics) is { } test) tests.Add(test);
        }

        if (map.Entries.Length is 0 or > MaxTests) diagnostics.Error(DiagnosticCodes.InvalidDataFilter, node.Origin, $"'data' names 1 to {MaxTests} places, such as $.order.total, and this one {map.Entries.Length}");
        return tests.Count == 0 ? null : new EventFilter.Data([.. tests.OrderBy(test => test.Path, StringComparer.Ordinal)]);
    }

    private static DataTest? ReadTest(string path, YamlNode value, DiagnosticBag diagnostics)
    {
        if (value is YamlScalar or Shape && ReadValue(value, path, diagnostics) is { } only) return new DataTest(path) { In = [only] };
        if (value is YamlScalar || FieldReader.Open(value, path, diagnostics) is not { } wanted) return null;
        var test = new DataTest(path)
        {
            In = ReadValues(wanted),
            Prefix = Text(wanted, "prefix"),
            Suffix = Text(wanted, "suffix"),
            Like = Text(wanted, "like"),
            Above = Number(wanted, "above"),
            Min = Number(wanted, "min"),
            Below = Number(wanted, "below"),
            Max = Number(wanted, "max"),
            Exists = wanted.Flag("exists")?.Value,
        };
        wanted.Close();
        if (value is YamlMap) Check(test, wanted);
        return test;
    }

    private static void Check(DataTest test, FieldReader wanted)
    {
        void Refuse(string why) => wanted.Error(DiagnosticCodes.InvalidDataFilter, wanted.Origin, why);
        if (wanted.Entries.IsEmpty) Refuse("nothing is wanted here; write a value, or exists: true");
        if (test.Exists == false && wanted.Entries.Length > 1) Refuse("what does not exist has no value; 'exists: false' stands alone");
        if ((test.Above ?? test.Min) >= test.Below || test.Above >= test.Max || test.Min > test.Max) Refuse("no number is within these bounds");
        var (asText, asNumber) = (test.Prefix is not null || test.Suffix is not null || test.Like is not null, (test.Above ?? test.Min ?? test.Below ?? test.Max) is not null);
        if (asText && asNumber) Refuse("no value is a string and a number; take 'prefix', 'suffix' and 'like', or 'above', 'min', 'below' and 'max'");
    }

    private static ImmutableArray<DataValue>? ReadValues(FieldReader wanted)
    {
        if (wanted.FilledList("in") is not { } list) return null;
        if (list.Value.Length > MaxValues) wanted.Error(DiagnosticCodes.InvalidDataFilter, list.Origin, $"'in' has at most {MaxValues} values, not {list.Value.Length}; split it with 'any'");
        return [.. list.Value.Select(item => ReadValue(item, "in", wanted.Diagnostics)).OfType<DataValue>()];
    }

    private static DataValue? ReadValue(YamlNode node, string field, DiagnosticBag diagnostics)
    {
        if (ValueReader.AnyScalar(node, field, diagnostics) is not { } scalar) return null;
        return ((YamlScalar)node).Kind switch
        {
            YamlScalarKind.Flag => new DataValue { Flag = scalar.Value[0] is 't' or 'T' },
            YamlScalarKind.Whole or YamlScalarKind.Fraction => Decimal(scalar.Value, node, diagnostics) is { } number ? new DataValue { Number = number } : null,
            _ => new DataValue { Text = Bounded(scalar.Value, node, diagnostics) },
        };
    }

    private static string? Text(FieldReader wanted, string field) => wanted.Node(field) is { } node && ValueReader.Text(node, field, wanted.Diagnostics) is { } text ? Bounded(text.Value, node, wanted.Diagnostics) : null;

    private static string Bounded(string text, YamlNode node, DiagnosticBag diagnostics)
    {
        if (text.Length > MaxText) diagnostics.Error(DiagnosticCodes.InvalidDataFilter, node.Origin, $"a text here has at most {MaxText} characters, not {text.Length}");
        return text;
    }

    private static decimal? Number(FieldReader wanted, string field)
    {
        if (wanted.Node(field) is not { } node) return null;
        if (node is Shape shape) shape.Scalar = new ScalarShape("number");
        if (node is YamlScalar { Kind: YamlScalarKind.Whole or YamlScalarKind.Fraction } scalar) return Decimal(scalar.Text, node, wanted.Diagnostics);
        wanted.Error(DiagnosticCodes.WrongType, node.Origin, $"field '{field}' must be a number, not {node.Description}");
        return null;
    }

    private static decimal? Decimal(string text, YamlNode node, DiagnosticBag diagnostics)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        diagnostics.Error(DiagnosticCodes.InvalidDataFilter, node.Origin, $"a number here has at most 28 digits, and {Quoted.Text(text)} is beyond");
        return null;
    }
}
