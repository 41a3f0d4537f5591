using FnMesh.Policy;

namespace FnMesh.Control.Editing;

internal sealed record DiagnosticAnswer(string Severity, string Code, string File, int Line, int Column, string Message)
{
    public static DiagnosticAnswer Of(Diagnostic diagnostic) => new(
        diagnostic.Severity == FnMesh.Policy.Severity.Error ? "error" : "warning", diagnostic.Code, diagnostic.Origin.File, diagnostic.Origin.Line, diagnostic.Origin.Column, diagnostic.Message);
}
