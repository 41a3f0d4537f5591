using System.Collections.Immutable;
using FnMesh.Policy.Schemas;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

internal static class EnvironmentReader
{
    public static ImmutableArray<EnvironmentEntry> Read(FieldReader variables)
    {
        var entries = ImmutableArray.CreateBuilder<EnvironmentEntry>();
        foreach (var (name, place, value) in variables.FreeEntries)
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Any(char.IsControl))
                variables.Error(DiagnosticCodes.InvalidName, place, $"{Quoted.Text(name)} cannot be the name of an environment variable");
            if (ReadValue(name, value, variables.Diagnostics) is { } entry) entries.Add(entry);
        }

        return [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    private static EnvironmentEntry? ReadValue(string name, YamlNode value, DiagnosticBag diagnostics)
    {
        if (value is YamlScalar or Shape && ValueReader.AnyScalar(value, name, diagnostics) is { } text) return new EnvironmentEntry { Name = name, Value = text.Value };
        if (value is YamlScalar) return null;
        if (FieldReader.Open(value, name, diagnostics) is not { } source) return null;
        var file = source.Text("fromFile");
        var variable = source.Text("fromEnv");
        source.Close();
        source.ExactlyOne("fromFile", "fromEnv");
        if (source.Has("fromFile") == source.Has("fromEnv"))
            diagnostics.Error(DiagnosticCodes.ExclusiveFields, value.Origin, $"{Quoted.Text(name)} needs a value or exactly one of 'fromFile' and 'fromEnv'");
        return new EnvironmentEntry { Name = name, FromFile = file?.Value, FromEnv = variable?.Value };
    }
}
