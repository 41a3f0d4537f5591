using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>What a request with several events came to.</summary>
/// <param name="Result">For all of them.</param>
/// <param name="ErrorBytes">The beginning of an answer that was no success.</param>
/// <param name="Failed">Events that an answer of success names as failed, with the status of each; null when it names none.</param>
internal sealed record BatchAnswer(AttemptResult Result, ReadOnlyMemory<byte> ErrorBytes, IReadOnlyDictionary<(string Source, string Id), int>? Failed)
{
    /// <summary>For one of them.</summary>
    public AttemptResult Of(EventRecord record) =>
        Failed?.TryGetValue((record.Source, record.Id), out var status) == true
            ? Result with { Outcome = Outcome.Answered(status) }
            : Result with { };
}
