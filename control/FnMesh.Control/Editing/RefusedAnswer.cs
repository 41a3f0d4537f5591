using System.Collections.Immutable;
using FnMesh.Policy;

namespace FnMesh.Control.Editing;

/// <summary>RFC 9457 problem details of an edit that is no good policy.</summary>
internal sealed record RefusedAnswer(string Title, int Status, string Detail, ImmutableArray<DiagnosticAnswer> Diagnostics)
{
    public static RefusedAnswer Of(string what, ImmutableArray<Diagnostic> diagnostics, int status) =>
        new("Policy refused", status, $"with this {what} the policy would have errors, so nothing was written", [.. diagnostics.Select(DiagnosticAnswer.Of)]);
}
