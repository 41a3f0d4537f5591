using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>Questions about types and attributes.</summary>
internal static class Shapes
{
    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat;

    /// <summary>The type as generated code writes it.</summary>
    public static string Written(this ITypeSymbol type) => type.ToDisplayString(Full);

    /// <summary>The full name without type arguments, for comparisons.</summary>
    public static string FullName(this ITypeSymbol type) =>
        type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{space.ToDisplayString()}.{type.MetadataName}" : type.MetadataName;

    public static bool IsOrHas(this ITypeSymbol type, string name) => type.FullName() == name || type.AllInterfaces.Any(face => face.FullName() == name);

    /// <summary>The type inside a nullable value type, or the type.</summary>
    public static ITypeSymbol Bare(this ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    /// <summary>Whether one piece of text makes a value: strings, enumerations, and what parses itself.</summary>
    public static bool IsSimple(this ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String || type.TypeKind == TypeKind.Enum ||
        type.AllInterfaces.Any(face => face.FullName() == "System.IParsable`1" && SymbolEqualityComparer.Default.Equals(face.TypeArguments[0], type));

    public static bool IsStream(this ITypeSymbol? type) => type is not null && (type.FullName() == "System.IO.Stream" || type.BaseType.IsStream());

    /// <summary>Whether the container of services rather than a body makes values of the type.</summary>
    public static bool IsContract(this ITypeSymbol type) =>
        (type.TypeKind == TypeKind.Interface || (type.IsAbstract && !type.IsStream())) && !type.FullName().StartsWith("System.Collections.", StringComparison.Ordinal)
        && !type.FullName().StartsWith("System.Text.Json.", StringComparison.Ordinal);

    public static AttributeData? Attribute(this ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == name + "Attribute" || attribute.AttributeClass?.Name == name);

    /// <summary>Whether the arguments of an attribute do not bind: the compiler says so itself, and nothing of it can be read.</summary>
    public static bool IsBroken(this AttributeData attribute) =>
        attribute.AttributeClass is { TypeKind: not TypeKind.Error } && attribute.ConstructorArguments.Length != attribute.AttributeConstructor?.Parameters.Length;

    public static object? Named(this AttributeData attribute, string name) => attribute.NamedArguments.FirstOrDefault(pair => pair.Key == name).Value.Value;
}
