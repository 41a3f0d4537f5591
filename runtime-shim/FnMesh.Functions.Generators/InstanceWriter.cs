using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>Writes the statement that makes the object whose method is the function, out of services.</summary>
internal static class InstanceWriter
{
    public static string Write(IMethodSymbol method, string name, List<string> services, List<Fault> faults)
    {
        var type = method.ContainingType;
        var constructor = type.InstanceConstructors.Where(candidate => candidate.DeclaredAccessibility == Accessibility.Public)
            .OrderByDescending(candidate => candidate.Attribute("ActivatorUtilitiesConstructor") is not null).ThenByDescending(candidate => candidate.Parameters.Length).FirstOrDefault();
        var arguments = new List<string>();
        foreach (var parameter in constructor?.Parameters ?? [])
        {
            if (parameter.RefKind == RefKind.None && !parameter.Type.Bare().IsSimple())
            {
                arguments.Add(ParameterWriter.Service(parameter, "context.InstanceServices"));
                if (ParameterWriter.Required(parameter, $"the constructor of {type.ToDisplayString()}") is { } required) services.Add(required);
            }
            else if (parameter.HasExplicitDefaultValue) arguments.Add(ValueWriter.Default(parameter));
            else faults.Add(new(Faults.Uncallable, Place.Of(method), name, $"the constructor of {type.Name} takes '{parameter.Name}', which is no service; take options, or give it a default"));
        }

        for (var own = type; own is not null && constructor?.Attribute("SetsRequiredMembers") is null; own = own.BaseType)
        {
            if (own.GetMembers().FirstOrDefault(member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }) is { } unset)
            {
                faults.Add(new(Faults.Uncallable, Place.Of(method), name, $"{type.Name} has the required member {unset.Name}, which nobody sets; take it by the constructor"));
                break;
            }
        }

        var made = $"var function = new {type.Written()}({string.Join(", ", arguments)});";
        return type.IsOrHas("System.IAsyncDisposable") || type.IsOrHas("System.IDisposable") ? $"{made} await using var owned = new OwnedInstance(context, function);" : made;
    }
}
