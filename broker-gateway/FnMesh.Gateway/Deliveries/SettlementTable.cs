using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Deliveries;

/// <summary>From the result of a delivery to what is recorded; the cursor is filled in when it is handed over.</summary>
internal static class SettlementTable
{
    public static Settled Of(
        string subscription, SubscriptionRules rules, StoredEvent stored, PendingDelivery delivery, DeliveryResult result, DateTimeOffset now)
    {
        var disposition = Dispositions.Of(result.Outcome, rules.InsideMesh);
        if (disposition == Disposition.Acknowledge) return new(new Settlement.Done(stored.Offset, 0, result.Replies), Result: result);

        var deliveries = (delivery.Parked?.Deliveries ?? 0) + 1;
        var failures = (delivery.Parked?.Failures ?? 0) + (disposition == Disposition.RetryLater ? 1 : 0);
        var attempts = Kept(delivery.Parked?.Attempts ?? [], result.Attempts);
        var usedUp = disposition == Disposition.RetryLater && failures > rules.Delivery.Retry;
        if (disposition != Disposition.DeadLetter && !usedUp)
        {
            var due = now + RedeliverySchedule.DelayAfter(rules.Delivery, deliveries, result.Outcome.RetryAfter, RedeliverySchedule.PointOf(subscription, stored.Offset, deliveries));
            return new(new Settlement.Parked(new ParkedEvent(stored.Offset, delivery.Line?.Key, due, deliveries, failures, attempts), 0), Result: result);
        }

        var outcome = result.Outcome;
        var code = outcome.Status ?? VerdictStatus.Of(outcome.Verdict);
        var why = outcome.Reason ?? (ProblemText.Of(result.ErrorData.Span) is { } said ? $"the subscriber answered {code}: {said}" : $"the subscriber answered {code}");
        var reason = usedUp ? $"{why}; retry: {rules.Delivery.Retry} is used up" : why;
        var letter = new DeadLetter
        {
            Subscription = subscription,
            Offset = stored.Offset,
            Lane = stored.Lane,
            Time = now,
            Received = stored.Received,
            Destination = result.Destination,
            Code = code,
            Verdict = outcome.Verdict,
            Reason = reason,
            ErrorData = result.ErrorData,
            Deliveries = deliveries,
            Attempts = attempts,
            Event = stored.Event,
        };
        return rules.Delivery.DeadLetter ? new(new Settlement.DeadLettered(letter, 0), null, result) : new(new Settlement.Done(stored.Offset, 0, []), letter, result);
    }

    private static IReadOnlyList<AttemptRecord> Kept(IReadOnlyList<AttemptRecord> before, IReadOnlyList<AttemptRecord> now) =>
        before.Count == 0 && now.Count <= DeliveryBounds.KeptAttempts ? now : [.. before.Concat(now).TakeLast(DeliveryBounds.KeptAttempts)];
}
