namespace FnMesh.Gateway.Pipeline;

/// <summary>One try to reach an endpoint, kept for spans and dead letters.</summary>
/// <param name="Started">When the try began.</param>
/// <param name="Duration">Until the answer's head, or the failure.</param>
/// <param name="Endpoint">The base address that was tried; null when none could be picked.</param>
/// <param name="Status">The endpoint's status; null when it did not answer.</param>
/// <param name="Verdict">How the try ended.</param>
/// <param name="Reason">For people; null when the endpoint answered.</param>
internal sealed record AttemptRecord(DateTimeOffset Started, TimeSpan Duration, Uri? Endpoint, int? Status, Verdict Verdict, string? Reason)
{
    /// <summary>Nothing of it reached the wire.</summary>
    public bool Unsent { get; init; }

    /// <summary>The revision that was tried; null for an address outside.</summary>
    public string? Revision { get; init; }

    /// <summary>The endpoint's status of gRPC; null when it told none.</summary>
    public int? Grpc { get; init; }
}
