using System.Collections.Immutable;
using System.Globalization;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Reading;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Effective;

/// <summary>What acts for each field that a Subscription alone can say, and where it is written.</summary>
internal static class DeliveryOrigins
{
    private const string None = "none";

    /// <param name="subscription">What is written.</param>
    /// <param name="entry">What acts.</param>
    /// <param name="timeout">Where the time for one delivery comes from.</param>
    public static ImmutableArray<EffectiveField> Of(Subscription subscription, SubscriptionEntry entry, EffectiveField timeout)
    {
        var (written, acts) = (subscription.Delivery, entry.Delivery);
        EffectiveField Own(string field, string value, Origin? origin) =>
            new(field, value, origin is null ? null : "Subscription", origin is null ? null : subscription.Name, origin);
        return
        [
            .. entry.Topic is { } topic ? [Own("topic", topic, subscription.Topic?.Origin)] : ImmutableArray<EffectiveField>.Empty,
            Own("delivery.retry", Number(acts.Retry), written.Retry?.Origin),
            Own("delivery.backoffPolicy", acts.BackoffPolicy == BackoffPolicy.Linear ? "linear" : "exponential", written.BackoffPolicy?.Origin),
            Own("delivery.backoffDelay", Durations.Format(acts.BackoffDelay), written.BackoffDelay?.Origin),
            Own("delivery.backoffMax", Durations.Format(acts.BackoffMax), written.BackoffMax?.Origin),
            Own("delivery.backoffJitter", Number(acts.BackoffJitter ?? 0), written.BackoffJitter?.Origin),
            Own("delivery.retryAfterMax", Durations.Format(acts.RetryAfterMax ?? DeliveryEntry.DefaultRetryAfterMax), written.RetryAfterMax?.Origin),
            timeout with { Field = "delivery.timeout", Value = Durations.Format(acts.Timeout) },
            Own("delivery.ordered", Flag(acts.Ordered), written.Ordered?.Origin),
            Own("delivery.concurrency", Number(acts.Concurrency ?? DeliveryEntry.DefaultConcurrency), written.Concurrency?.Origin),
            Own("delivery.rate", acts.Rate is { } rate ? Number(rate) : None, written.Rate?.Origin),
            Own("delivery.batch", acts.Batch is { } batch ? $"{Number(batch.Size)} or {Durations.Format(batch.Wait)}" : None, written.Batch?.Origin),
            Own("delivery.deduplicate", acts.DeduplicateWindow is { } window ? Durations.Format(window) : None, written.DeduplicateWindow?.Origin),
            Own("delivery.deadLetter", Flag(acts.DeadLetter), written.DeadLetter?.Origin),
            .. WebhookOrigins.Of(subscription, entry),
            Own("config.start", Text(entry.Start), subscription.Start?.Origin),
            Own("paused", Flag(entry.Paused is true), subscription.Paused?.Origin),
        ];
    }

    private static string Text(StartEntry? start) => start switch
    {
        { IsEarliest: true } => "earliest",
        { Offset: { } offset } => $"offset {offset.ToString(CultureInfo.InvariantCulture)}",
        { Time: { } time } => time.ToString("O", CultureInfo.InvariantCulture),
        _ => "latest",
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool flag) => flag ? "true" : "false";
}
