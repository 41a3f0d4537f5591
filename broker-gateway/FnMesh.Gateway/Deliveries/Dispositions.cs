using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Deliveries;

/// <summary>The one table from outcomes of deliveries to dispositions (Knative data plane; what the mesh did itself by verdict).</summary>
internal static class Dispositions
{
    /// <param name="outcome">How the delivery ended.</param>
    /// <param name="insideMesh">Whether the sink is an app of the mesh, whose absence is the mesh's affair; an outside address that cannot be reached uses up <c>retry</c>.</param>
    public static Disposition Of(in Outcome outcome, bool insideMesh) => outcome.Verdict switch
    {
        Verdict.Answered => OfStatus(outcome.Status ?? VerdictStatus.Of(Verdict.Answered)),
        // What was sent and not answered may be the event's own doing: a function that dies of it must not do so for ever.
        Verdict.Unreachable when !insideMesh || !outcome.Unsent => Disposition.RetryLater,
        Verdict.NoEndpoint or Verdict.NotReady or Verdict.Unreachable or Verdict.Overloaded or Verdict.RateLimited or Verdict.BreakerOpen or Verdict.Cancelled
            => Disposition.RetryLaterUncounted,
        Verdict.Denied or Verdict.Unauthenticated or Verdict.Malformed or Verdict.TooLarge or Verdict.Unsupported or Verdict.Expired
            => Disposition.DeadLetter,
        Verdict.Injected when outcome.Status is { } status => OfStatus(status),
        _ => Disposition.RetryLater,
    };

    private static Disposition OfStatus(int status) => status switch
    {
        >= 200 and < 300 => Disposition.Acknowledge,
        404 or 408 or 409 or 429 or >= 500 => Disposition.RetryLater,
        >= 300 and < 500 => Disposition.DeadLetter,
        _ => Disposition.RetryLater,
    };
}
