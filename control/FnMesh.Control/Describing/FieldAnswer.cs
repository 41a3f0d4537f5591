using FnMesh.Policy.Effective;

namespace FnMesh.Control.Describing;

/// <param name="Field">Its path.</param>
/// <param name="Value">What acts.</param>
/// <param name="From"><c>default</c>, or the kind and name of the resource that says so.</param>
/// <param name="Origin">Where it stands; null for the default.</param>
internal sealed record FieldAnswer(string Field, string Value, string From, string? Origin)
{
    public static FieldAnswer Of(EffectiveField field) => new(field.Field, field.Value, field.Kind is null ? "default" : $"{field.Kind} {field.Name}", field.Origin?.ToString());
}
