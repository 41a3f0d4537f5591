namespace FnMesh.Gateway.Pipeline;

/// <summary>Says who ended what was cancelled before it had an outcome.</summary>
internal static class CutShort
{
    /// <summary>Of a call or a publication that may have been read in part only.</summary>
    /// <param name="stopped">Cancelled when the gateway ends what is in flight.</param>
    public static Outcome Of(CancellationToken stopped) =>
        stopped.IsCancellationRequested ? new(Verdict.Stopped, "the gateway stopped before it was answered") : new(Verdict.Cancelled, "the caller went away");

    public static Outcome Of(Envelope envelope) => envelope.Kind == EnvelopeKind.Delivery ? new(Verdict.Cancelled, "the delivery was stopped") : Of(envelope.Stopped);
}
