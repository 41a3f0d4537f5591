using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Deliveries;

/// <summary>How long an event waits before its next delivery.</summary>
internal static class RedeliverySchedule
{
    /// <summary>A subscriber's Retry-After counts up to here.</summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromDays(1);

    /// <param name="delivery">The policy.</param>
    /// <param name="deliveries">Deliveries made so far, 1 or more, whether they counted or not.</param>
    /// <param name="retryAfter">What the last answer asked for; wins when it is later, even beyond <c>backoffMax</c>.</param>
    public static TimeSpan DelayAfter(DeliveryEntry delivery, int deliveries, TimeSpan? retryAfter)
    {
        var factor = delivery.BackoffPolicy == BackoffPolicy.Linear ? deliveries : Math.Pow(2, deliveries - 1);
        var ticks = Math.Min(delivery.BackoffDelay.Ticks * factor, delivery.BackoffMax.Ticks);
        var asked = retryAfter ?? TimeSpan.Zero;
        if (asked > RetryAfterMax) asked = RetryAfterMax;
        var backoff = TimeSpan.FromTicks((long)ticks);
        return asked > backoff ? asked : backoff;
    }
}
