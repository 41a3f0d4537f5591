namespace FnMesh.Gateway.Pipeline;

/// <summary>The end of an envelope's way, as a value.</summary>
/// <param name="Verdict">What happened; never <see cref="Verdict.Continue"/>.</param>
/// <param name="Reason">For people: the rule that decided and the mend; null when a function answered.</param>
/// <param name="Status">The function's own status, when it answered; of some verdicts the one that they are answered with.</param>
/// <param name="RetryAfter">When trying again may help; null when nothing is known.</param>
/// <param name="Unsent">Nothing reached the function: its absence is the mesh's affair, not the event's.</param>
/// <param name="Grpc">The status of gRPC that a function told, or that is injected; null for none.</param>
internal readonly record struct Outcome(Verdict Verdict, string? Reason, int? Status = null, TimeSpan? RetryAfter = null, bool Unsent = false, int? Grpc = null)
{
    public static Outcome Answered(int status, TimeSpan? retryAfter = null) => new(Verdict.Answered, null, status, retryAfter);
}
