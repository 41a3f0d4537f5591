using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>Collects diagnostics up to a bound, so that a hostile file cannot make its refusal costly.</summary>
internal sealed class DiagnosticBag
{
    public const int Bound = 500;

    private readonly HashSet<Diagnostic> _found = [];
    private bool _cut;
    private bool _hasLostNames;

    public bool HasErrors { get; private set; }

    public bool IsFull => _found.Count >= Bound;

    public Diagnostic Error(string code, Origin origin, string message)
    {
        var found = new Diagnostic(Severity.Error, code, origin, message);
        HasErrors = true;
        _hasLostNames |= code is DiagnosticCodes.InvalidYaml or DiagnosticCodes.InvalidText or DiagnosticCodes.TooLarge or DiagnosticCodes.UnknownKind;
        // Where a document could not be read its names are lost too: what refers to them may be right.
        if (!_hasLostNames || code != DiagnosticCodes.UnknownReference) Add(found);
        return found;
    }

    /// <summary>Takes an error back for which a better one is about to be added.</summary>
    public void Withdraw(Diagnostic error) => _found.Remove(error);

    public void Warning(string code, Origin origin, string message) =>
        Add(new Diagnostic(Severity.Warning, code, origin, message));

    public ImmutableArray<Diagnostic> InOrder() =>
    [
        .. _found
            .OrderBy(found => found.Origin.File, StringComparer.Ordinal)
            .ThenBy(found => found.Origin.Line)
            .ThenBy(found => found.Origin.Column)
            .ThenBy(found => found.Code, StringComparer.Ordinal)
            .ThenBy(found => found.Message, StringComparer.Ordinal),
    ];

    private void Add(Diagnostic found)
    {
        if (!IsFull)
        {
            _found.Add(found);
            return;
        }

        if (_cut || _found.Contains(found)) return;
        _cut = true;
        _found.Add(new Diagnostic(
            Severity.Error, DiagnosticCodes.TooManyDiagnostics, found.Origin, $"more than {Bound} diagnostics; mend these first"));
        HasErrors = true;
    }
}
