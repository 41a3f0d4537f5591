using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>The trigger of a function, and the parameter that it stands on; null where it stands on the method.</summary>
internal sealed record Trigger(AttributeData Attribute, IParameterSymbol? On)
{
    private const string Ours = "FnMesh.Functions";

    public string Kind => Attribute.AttributeClass!.Name.Replace("TriggerAttribute", "");

    public bool IsHttp => Kind == "Http";

    public bool IsEvent => Kind is "CloudEvent" or "EventGrid";

    /// <summary>Whether the constructor was given an AuthorizationLevel, so that callers from the edge are meant.</summary>
    public bool NamesLevel => Attribute.ConstructorArguments.Any(argument => argument.Kind == TypedConstantKind.Enum);

    public static List<Trigger> Of(IMethodSymbol method)
    {
        var found = method.GetAttributes().Where(IsOurs).Select(attribute => new Trigger(attribute, null)).ToList();
        found.AddRange(method.Parameters.SelectMany(parameter => parameter.GetAttributes().Where(IsOurs).Select(attribute => new Trigger(attribute, parameter))));
        return found;
    }

    private static bool IsOurs(AttributeData attribute) =>
        attribute.AttributeClass is { } type && type.ContainingNamespace?.ToDisplayString() == Ours && type.Name.EndsWith("TriggerAttribute", StringComparison.Ordinal);
}
