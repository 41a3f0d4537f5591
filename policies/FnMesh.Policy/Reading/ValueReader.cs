using System.Collections.Immutable;
using System.Globalization;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Schemas;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads one value of a known type, or says what stands in its place.</summary>
internal static class ValueReader
{
    public static Written<string>? Text(YamlNode node, string field, DiagnosticBag diagnostics)
    {
        if (node is Shape shape)
            shape.Scalar ??= new ScalarShape("string") { MinLength = 1 };
        if (node is YamlScalar { Kind: YamlScalarKind.Text } scalar)
        {
            if (scalar.Text.Length > 0) return new(scalar.Text, node.Origin);
            diagnostics.Error(DiagnosticCodes.InvalidValue, node.Origin, $"field '{field}' must not be empty");
            return null;
        }

        var hint = node is YamlScalar ? "; put it in quotes" : "";
        return Wrong<string>(node, field, "a string", diagnostics, hint);
    }

    /// <summary>The text of any scalar, as it is written.</summary>
    public static Written<string>? AnyScalar(YamlNode node, string field, DiagnosticBag diagnostics)
    {
        if (node is Shape shape) shape.Scalar = new ScalarShape("string", "number", "boolean");
        return node is YamlScalar { Kind: not YamlScalarKind.Null } scalar
            ? new(scalar.Text, node.Origin)
            : Wrong<string>(node, field, "a string", diagnostics);
    }

    public static Written<int>? Whole(YamlNode node, string field, int min, int max, DiagnosticBag diagnostics) =>
        Long(node, field, min, max, diagnostics) is { } number ? new((int)number.Value, number.Origin) : null;

    public static Written<long>? Long(YamlNode node, string field, long min, long max, DiagnosticBag diagnostics)
    {
        if (node is Shape shape) shape.Scalar = new ScalarShape("integer") { Minimum = min, Maximum = max };
        if (node is not YamlScalar { Kind: YamlScalarKind.Whole } scalar)
            return Wrong<long>(node, field, $"a whole number from {min} to {max}", diagnostics);
        var number = long.Parse(scalar.Text, CultureInfo.InvariantCulture);
        if (number >= min && number <= max) return new(number, node.Origin);
        diagnostics.Error(DiagnosticCodes.OutOfRange, node.Origin, $"field '{field}' must be from {min} to {max}, not {number}");
        return null;
    }

    public static Written<double>? Ratio(YamlNode node, string field, DiagnosticBag diagnostics)
    {
        if (node is Shape shape) shape.Scalar = new ScalarShape("number") { Above = 0, Maximum = 1 };
        if (node is not YamlScalar { Kind: YamlScalarKind.Whole or YamlScalarKind.Fraction } scalar)
            return Wrong<double>(node, field, "a number above 0 and up to 1", diagnostics);
        var number = double.Parse(scalar.Text, CultureInfo.InvariantCulture);
        if (number is > 0 and <= 1) return new(number, node.Origin);
        diagnostics.Error(DiagnosticCodes.OutOfRange, node.Origin, $"field '{field}' must be above 0 and at most 1, not {scalar.Text}");
        return null;
    }

    public static Written<bool>? Flag(YamlNode node, string field, DiagnosticBag diagnostics)
    {
        if (node is Shape shape) shape.Scalar = new ScalarShape("boolean");
        return node is YamlScalar { Kind: YamlScalarKind.Flag } scalar
            ? new(scalar.Text[0] is 't' or 'T', node.Origin)
            : Wrong<bool>(node, field, "true or false", diagnostics);
    }

    public static Written<TimeSpan>? Duration(YamlNode node, string field, TimeSpan min, TimeSpan max, bool zero, DiagnosticBag diagnostics)
    {
        const string Form = "a duration such as 500ms, 1m30s or PT0.5S";
        if (node is Shape shape) shape.Scalar = new ScalarShape("string") { Pattern = Durations.Pattern, Note = $"From {Durations.Format(min)} to {Durations.Format(max)}{(zero ? ", or 0s for none" : "")}." };
        if (node is not YamlScalar { Kind: not YamlScalarKind.Null } scalar) return Wrong<TimeSpan>(node, field, Form, diagnostics);
        if (Durations.Parse(scalar.Text) is not { } duration)
        {
            diagnostics.Error(DiagnosticCodes.InvalidDuration, node.Origin, $"field '{field}' must be {Form}, not {scalar.Description}");
            return null;
        }

        if ((duration >= min && duration <= max) || (zero && duration == TimeSpan.Zero)) return new(duration, node.Origin);
        diagnostics.Error(DiagnosticCodes.OutOfRange, node.Origin,
            $"field '{field}' must be from {Durations.Format(min)} to {Durations.Format(max)}{(zero ? ", or 0s for none" : "")}, not {Quoted.Text(scalar.Text)}");
        return null;
    }

    /// <summary>One of a few words; those of <paramref name="later"/> are known, but do not act yet.</summary>
    public static Written<string>? Choice(
        YamlNode node, string field, ReadOnlySpan<string> choices, ReadOnlySpan<string> later, DiagnosticBag diagnostics)
    {
        if (node is Shape shape) shape.Scalar = new ScalarShape("string") { Values = [.. choices] };
        if (Text(node, field, diagnostics) is not { } text) return null;
        if (choices.Contains(text.Value)) return text;
        if (later.Contains(text.Value))
        {
            diagnostics.Error(DiagnosticCodes.ValueNotSupportedYet, text.Origin,
                $"{Quoted.Text(text.Value)} of field '{field}' is not supported yet; valid is {Quoted.List(choices.ToArray())}");
            return null;
        }

        string[] all = [.. choices, .. later];
        var hint = NearestName.Hint(text.Value, all);
        diagnostics.Error(DiagnosticCodes.UnknownValue, text.Origin,
            $"unknown value {Quoted.Text(text.Value)} of field '{field}'{(hint.Length > 0 ? hint : $"; valid is {Quoted.List(choices.ToArray())}")}");
        return null;
    }

    public static Written<ImmutableArray<YamlNode>>? List(YamlNode node, string field, DiagnosticBag diagnostics) =>
        node is Shape shape ? new([shape.OpenList()], node.Origin)
        : node is YamlList list ? new(list.Items, node.Origin)
        : Wrong<ImmutableArray<YamlNode>>(node, field, "a list", diagnostics);

    public static Written<T>? Invalid<T>(string code, Origin origin, string message, DiagnosticBag diagnostics)
    {
        diagnostics.Error(code, origin, message);
        return null;
    }

    private static Written<T>? Wrong<T>(YamlNode node, string field, string expected, DiagnosticBag diagnostics, string hint = "") =>
        Invalid<T>(DiagnosticCodes.WrongType, node.Origin, $"field '{field}' must be {expected}, not {node.Description}{hint}", diagnostics);
}
