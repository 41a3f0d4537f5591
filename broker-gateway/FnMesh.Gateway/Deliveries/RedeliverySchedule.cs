using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Deliveries;

/// <summary>How long an event waits before its next delivery.</summary>
internal static class RedeliverySchedule
{
    /// <param name="delivery">The policy.</param>
    /// <param name="deliveries">Deliveries made so far, 1 or more, whether they counted or not.</param>
    /// <param name="retryAfter">What the last answer asked for, as far as <c>retryAfterMax</c>; wins when it is later, even beyond <c>backoffMax</c>.</param>
    /// <param name="point">Where in the jitter the delay falls, from 0 (the whole delay) up to 1 (the shortest).</param>
    public static TimeSpan DelayAfter(DeliveryEntry delivery, int deliveries, TimeSpan? retryAfter, double point = 0)
    {
        var factor = delivery.BackoffPolicy == BackoffPolicy.Linear ? deliveries : Math.Pow(2, deliveries - 1);
        var ticks = Math.Min(delivery.BackoffDelay.Ticks * factor, delivery.BackoffMax.Ticks);
        var backoff = TimeSpan.FromTicks((long)(ticks * (1 - (point * (delivery.BackoffJitter ?? 0) / 100))));
        var asked = retryAfter ?? TimeSpan.Zero;
        var most = delivery.RetryAfterMax ?? DeliveryEntry.DefaultRetryAfterMax;
        if (asked > most) asked = most;
        return asked > backoff ? asked : backoff;
    }

    /// <summary>The same for the same delivery wherever it is asked for, and spread evenly over [0, 1) for different ones.</summary>
    public static double PointOf(string subscription, long offset, int deliveries) => PartitionHash.Point(subscription, offset, deliveries);
}
