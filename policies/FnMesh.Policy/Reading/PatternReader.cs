using System.Collections.Immutable;
using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads lists of patterns, in which one <c>*</c> stands alone, first or last.</summary>
internal static class PatternReader
{
    public static ImmutableArray<string> Read(FieldReader owner, string field, Action<Written<string>>? check = null, bool required = false)
    {
        var patterns = ImmutableArray.CreateBuilder<string>();
        foreach (var pattern in owner.Texts(owner.FilledList(field, required), field))
        {
            if (Check(pattern, owner.Diagnostics)) check?.Invoke(pattern);
            if (!patterns.Contains(pattern.Value)) patterns.Add(pattern.Value);
        }

        return patterns.ToImmutable();
    }

    /// <summary>Whether it is a pattern; says why it is none.</summary>
    public static bool Check(Written<string> pattern, DiagnosticBag diagnostics)
    {
        if (Names.IsPattern(pattern.Value)) return true;
        diagnostics.Error(DiagnosticCodes.InvalidValue, pattern.Origin, $"in {Quoted.Text(pattern.Value)} the '*' must stand alone, first or last, and once");
        return false;
    }
}
