using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Metrics;

/// <summary>What is measured of the attempts on one revision; bound with the table.</summary>
internal sealed class RevisionInstruments(CounterFamily attempts, BoundCounter retries, string app, string revision)
{
    private readonly BoundCounter?[] _byVerdict = new BoundCounter?[VerdictName.Count];

    /// <summary>Attempts that repeated an earlier one.</summary>
    public BoundCounter Retries => retries;

    public void Attempted(Verdict verdict) => (_byVerdict[(int)verdict] ??= attempts.Bind(
        new(SpanNames.App, app), new(SpanNames.Revision, revision), new(SpanNames.Verdict, VerdictName.Of(verdict)))).Add();
}
