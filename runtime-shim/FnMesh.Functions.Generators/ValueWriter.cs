using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FnMesh.Functions.Generators;

/// <summary>Writes the statements that make values out of the text of routes, queries and headers.</summary>
internal static class ValueWriter
{
    private const string StringValues = "Microsoft.Extensions.Primitives.StringValues";
    private const int MostNames = 20;

    private static readonly string[] Lists =
        ["List`1", "IList`1", "ICollection`1", "IEnumerable`1", "IReadOnlyList`1", "IReadOnlyCollection`1"];

    public static bool IsOptional(IParameterSymbol parameter) =>
        parameter.HasExplicitDefaultValue || parameter.NullableAnnotation == NullableAnnotation.Annotated || parameter.Type.Bare() is var bare && !SymbolEqualityComparer.Default.Equals(bare, parameter.Type);

    /// <summary>Whether one piece of text makes the value.</summary>
    public static bool IsOne(ITypeSymbol type) => type.Bare().IsSimple();

    /// <summary>Whether several pieces of text make it.</summary>
    public static bool IsSeveral(ITypeSymbol type) => type.FullName() == StringValues || (Element(type) is { } element && element.IsSimple() && element.SpecialType != SpecialType.System_Byte);

    /// <summary>What an array or list is of; null for anything else.</summary>
    public static ITypeSymbol? Element(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
        INamedTypeSymbol { TypeArguments.Length: 1 } list when Lists.Contains(list.MetadataName) && list.ContainingNamespace.ToDisplayString() == "System.Collections.Generic" => list.TypeArguments[0],
        _ => null,
    };

    public static string One(IParameterSymbol parameter, string source, string wireName)
    {
        var (type, at) = (parameter.Type.Bare(), parameter.Ordinal);
        var text = $"var t{at} = Arguments.{source}(context, {DescriptorWriter.Quote(wireName)});";
        var refuse = Refuse(source, wireName, type, $"t{at}");
        if (type.SpecialType == SpecialType.System_String)
        {
            return IsOptional(parameter) || parameter.NullableAnnotation == NullableAnnotation.None
                ? $"{text} var p{at} = t{at} ?? {Default(parameter)};"
                : $"{text} if (t{at} is not {{ }} p{at}) {refuse}";
        }

        var parse = type.TypeKind == TypeKind.Enum ? $"Arguments.TryParseEnum<{type.Written()}>" : $"Arguments.TryParse<{type.Written()}>";
        return IsOptional(parameter)
            ? $"{text} {parameter.Type.Written()} p{at} = {Default(parameter)}; if (t{at} is not null) {{ if (!{parse}(t{at}, out var v{at})) {refuse} p{at} = v{at}; }}"
            : $"{text} if (!{parse}(t{at}, out var p{at})) {refuse}";
    }

    /// <summary>No text makes an empty array or list, or null where that may be.</summary>
    public static string Several(IParameterSymbol parameter, string source, string wireName)
    {
        var at = parameter.Ordinal;
        var texts = $"var t{at} = Arguments.{source}All(context, {DescriptorWriter.Quote(wireName)});";
        if (parameter.Type.FullName() == StringValues) return $"{texts} var p{at} = t{at};";
        var element = Element(parameter.Type)!;
        var type = parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Written();
        string Made(string array) => parameter.Type is INamedTypeSymbol { MetadataName: "List`1" } ? $"new {type}({array})" : array;
        var none = IsOptional(parameter) ? $"{type}? p{at} = null; if (t{at}.Count > 0) " : $"{type} p{at}; ";
        if (element.SpecialType == SpecialType.System_String) return $"{texts} {none}p{at} = {Made($"t{at}.ToArray()!")};";
        var parse = element.TypeKind == TypeKind.Enum ? "ParseAllEnums" : "ParseAll";
        return $"{texts} {none}{{ if (Arguments.{parse}<{element.Written()}>(t{at}, out var v{at}) is {{ }} w{at}) {Refuse(source, wireName, element, $"w{at}")} p{at} = {Made($"v{at}")}; }}";
    }

    public static string Default(IParameterSymbol parameter)
    {
        var type = parameter.Type.Written();
        return parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value } ? $"({type})({Literal(value)})" : $"default({type})";
    }

    private static string Literal(object value) => value switch
    {
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
        float single when Unspellable(single) is { } name => $"float.{name}",
        double number when Unspellable(number) is { } name => $"double.{name}",
        _ => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false),
    };

    /// <summary>The constant of a number that no literal spells; null for any other.</summary>
    private static string? Unspellable(double number) =>
        double.IsNaN(number) ? nameof(double.NaN)
        : double.IsPositiveInfinity(number) ? nameof(double.PositiveInfinity)
        : double.IsNegativeInfinity(number) ? nameof(double.NegativeInfinity)
        : null;

    private static string Refuse(string source, string wireName, ITypeSymbol type, string text) =>
        $"{{ await Arguments.RefuseAsync(context, \"{source.ToLowerInvariant()}\", {DescriptorWriter.Quote(wireName)}, {DescriptorWriter.Quote(Expected(type))}, {text}); return; }}";

    private static string Expected(ITypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Enum) return $"of type {type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}";
        var names = type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue).Select(field => field.Name).ToList();
        return $"one of {string.Join(", ", names.Take(MostNames))}{(names.Count > MostNames ? ", …" : "")}";
    }
}
