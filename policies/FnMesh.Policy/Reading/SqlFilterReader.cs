using FnMesh.Policy.Cesql;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads the dialect <c>sql</c>, which Knative calls <c>cesql</c>.</summary>
internal static class SqlFilterReader
{
    public static EventFilter? Read(YamlNode node, string dialect, DiagnosticBag diagnostics) =>
        ReadText(node, dialect, "filter", diagnostics) is { } text ? new EventFilter.Sql(text) : null;

    /// <param name="node">The expression.</param>
    /// <param name="field">Its field.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <returns>An expression that may be true; null where it is none.</returns>
    public static string? ReadText(YamlNode node, string field, string what, DiagnosticBag diagnostics)
    {
        if (ValueReader.Text(node, field, diagnostics) is not { } written) return null;
        if (CesqlFilter.Fault(written.Value) is { } fault)
        {
            diagnostics.Error(DiagnosticCodes.InvalidExpression, Place((YamlScalar)node, fault), $"this is no {what} in CESQL {fault.In(written.Value)}");
            return null;
        }

        if (CesqlFilter.Doubt(written.Value) is { } doubt) diagnostics.Warning(DiagnosticCodes.DoubtfulExpression, Place((YamlScalar)node, doubt), $"this {what} in CESQL may mean something else {doubt.In(written.Value)}");
        return written.Value;
    }

    /// <summary>The very character where the expression stands in the file as it is; where escapes or lines are in between, its beginning.</summary>
    private static Origin Place(YamlScalar scalar, CesqlFault fault)
    {
        var around = scalar.End - scalar.Start - scalar.Text.Length;
        return around is 0 or 2 ? scalar.Origin with { Column = scalar.Origin.Column + (around / 2) + fault.Start } : scalar.Origin;
    }
}
