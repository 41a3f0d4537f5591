using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Admin;

internal sealed record DeadLetterAttempt(string Started, double DurationMs, string? Endpoint, int? Status, string Verdict, string? Reason)
{
    public static DeadLetterAttempt Of(AttemptRecord attempt) => new(
        EventTime.Of(attempt.Started), Math.Round(attempt.Duration.TotalMilliseconds, 3), attempt.Endpoint?.ToString(), attempt.Status,
        attempt.Verdict.ToString(), attempt.Reason);
}
