using FnMesh.Policy.Snapshots;
using Polly;
using Polly.Retry;

namespace FnMesh.Gateway.Attempts;

/// <summary>Builds what runs once an attempt has failed and was found worth repeating: Polly keeps the schedule, <see cref="AttemptLoop"/> decides.</summary>
internal static class RetryPipeline
{
    /// <summary>No wait between two attempts in line is longer; what needs more time is a redelivery, or the caller's to repeat.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    public static ResiliencePipeline<AttemptResult>? Of(ResilienceEntry resilience, Randomness randomness, TimeProvider time)
    {
        if (resilience.RetryAttempts == 0) return null;
        var options = new RetryStrategyOptions<AttemptResult>
        {
            MaxRetryAttempts = resilience.RetryAttempts,
            ShouldHandle = static arguments => new(arguments.Outcome.Result is { Repeat: true }),
            DelayGenerator = arguments => new(Delay(resilience.RetryBackoff, arguments.AttemptNumber, randomness.NextDouble(), arguments.Outcome.Result?.Outcome.RetryAfter)),
        };
        return new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = time }.AddRetry(options).Build();
    }

    /// <summary>backoff × 2^n and up to half of that again, so that callers that failed together do not return together; Retry-After when it is later.</summary>
    public static TimeSpan Delay(TimeSpan backoff, int number, double unit, TimeSpan? retryAfter)
    {
        var delay = backoff * Math.Pow(2, Math.Min(number, 20)) * (1 + (unit / 2));
        if (retryAfter > delay) delay = retryAfter.Value;
        return delay < MaxDelay ? delay : MaxDelay;
    }
}
