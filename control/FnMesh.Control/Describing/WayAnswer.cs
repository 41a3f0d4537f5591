using System.Collections.Immutable;
using FnMesh.Policy.Effective;

namespace FnMesh.Control.Describing;

/// <param name="Way">What is described, and where it leads to.</param>
/// <param name="Fields">What acts there.</param>
internal sealed record WayAnswer(string Way, ImmutableArray<FieldAnswer> Fields)
{
    public static WayAnswer Of(EffectiveWay way, Func<EffectiveField, bool> wanted) => new(
        $"{way.Kind} {way.Name}{(way.Rule is null ? "" : $" rule {way.Rule}")}{Target(way)}",
        [.. way.Fields.Where(wanted).Select(FieldAnswer.Of)]);

    private static string Target(EffectiveWay way) => way switch
    {
        { Kind: "Mesh" } => "",
        { Kind: "FunctionApp" } => " called directly",
        { App: { } app } => $" to {way.Revision ?? app}",
        _ when way.Fields.Any(field => field.Field.StartsWith("delivery.", StringComparison.Ordinal)) => "",
        _ => " to the outside",
    };
}
