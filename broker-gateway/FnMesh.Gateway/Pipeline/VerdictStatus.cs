namespace FnMesh.Gateway.Pipeline;

/// <summary>The one table from verdicts to HTTP statuses (RFC 9110, 15).</summary>
internal static class VerdictStatus
{
    /// <summary>What a caller is told: some verdicts may have a status of their own.</summary>
    public static int Of(in Outcome outcome) => outcome is { Verdict: Verdict.Injected or Verdict.Conflict, Status: { } own } ? own : Of(outcome.Verdict);

    /// <summary>499 for a caller that went away or was cut off, which only logs and spans show.</summary>
    public static int Of(Verdict verdict) => verdict switch
    {
        Verdict.Answered => 200,
        Verdict.Malformed => 400,
        Verdict.Unauthenticated => 401,
        Verdict.Denied => 403,
        Verdict.NoRoute => 404,
        Verdict.Conflict => 409,
        Verdict.TooLarge => 413,
        Verdict.Unsupported => 415,
        Verdict.Misdirected => 421,
        Verdict.RateLimited => 429,
        Verdict.Cancelled or Verdict.Stalled => 499,
        Verdict.Unreachable => 502,
        Verdict.BreakerOpen or Verdict.Overloaded or Verdict.NoEndpoint or Verdict.NotReady or Verdict.Injected or Verdict.Stopped => 503,
        Verdict.Timeout or Verdict.Expired => 504,
        _ => 500,
    };
}
