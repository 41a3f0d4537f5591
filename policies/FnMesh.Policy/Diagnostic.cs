using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>What is wrong with a policy, where, and how to mend it.</summary>
/// <param name="Severity">Errors refuse the policy, warnings do not.</param>
/// <param name="Code">One of the codes of docs/errors.md, such as <c>FNM1103</c>.</param>
/// <param name="Origin">The place that should change.</param>
/// <param name="Message">One line of plain text without control characters.</param>
public sealed record Diagnostic(Severity Severity, string Code, Origin Origin, string Message)
{
    /// <summary><c>file:line:column: error FNM1103: text</c></summary>
    public override string ToString() =>
        $"{Origin}: {(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message}";
}
