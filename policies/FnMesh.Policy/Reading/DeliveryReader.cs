using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads how a Subscription delivers.</summary>
internal static class DeliveryReader
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(7);

    public static Delivery Read(FieldReader delivery)
    {
        var policy = delivery.Choice("backoffPolicy", ["linear", "exponential"], []);
        var written = new Delivery
        {
            Retry = delivery.Whole("retry", 0, 1000),
            BackoffPolicy = policy is { } word ? new(word.Value == "linear" ? BackoffPolicy.Linear : BackoffPolicy.Exponential, word.Origin) : null,
            BackoffDelay = delivery.Duration("backoffDelay"),
            BackoffMax = delivery.Duration("backoffMax"),
            BackoffJitter = delivery.Whole("backoffJitter", 0, 100),
            RetryAfterMax = delivery.Duration("retryAfterMax", zero: true),
            Timeout = delivery.Duration("timeout", max: TimeSpan.FromHours(1)),
            Ordered = delivery.Flag("ordered"),
            DeadLetter = delivery.Flag("deadLetter"),
            Concurrency = delivery.Whole("concurrency", 1, 1000),
            Rate = delivery.Whole("rate", 1, 100_000),
            Batch = delivery.Map("batch") is { } batch ? ReadBatch(batch) : null,
            DeduplicateWindow = delivery.Map("deduplicate") is { } deduplicate ? ReadWindow(deduplicate) : null,
        };
        delivery.Close("deadLetterSink", "format");
        Agree(delivery, written);
        return written;
    }

    private static void Agree(FieldReader delivery, Delivery written)
    {
        var delay = written.BackoffDelay?.Value ?? Defaults.BackoffDelay;
        var max = written.BackoffMax?.Value ?? Defaults.BackoffMax;
        if (delay > max)
            delivery.Error(DiagnosticCodes.TimeoutsContradict, delivery.Place(delivery.Has("backoffDelay") ? "backoffDelay" : "backoffMax"),
                $"backoffDelay ({Durations.Format(delay)}) must not be longer than backoffMax ({Durations.Format(max)})");
        var timeout = written.Timeout?.Value ?? Defaults.DeliveryTimeout;
        if (written.Batch is not { Value: var batch, Origin: var origin }) return;
        if (batch.Wait >= timeout)
            delivery.Error(DiagnosticCodes.TimeoutsContradict, origin, $"batch.wait ({Durations.Format(batch.Wait)}) must be shorter than timeout ({Durations.Format(timeout)}), which it is part of");
        var concurrency = written.Concurrency?.Value ?? DeliveryEntry.DefaultConcurrency;
        if (batch.Size > concurrency)
            delivery.Error(DiagnosticCodes.LimitsContradict, origin, $"batch.size ({batch.Size}) must not be above concurrency ({concurrency}), which counts events; raise 'concurrency'");
    }

    private static Written<BatchEntry>? ReadBatch(FieldReader batch)
    {
        var size = batch.Whole("size", 2, 1000, required: true);
        var wait = batch.Duration("wait", max: LongestWait);
        batch.Close();
        return size is { } events ? new(new BatchEntry(events.Value, wait?.Value ?? DefaultWait), batch.Origin) : null;
    }

    private static Written<TimeSpan>? ReadWindow(FieldReader deduplicate)
    {
        var window = deduplicate.Duration("window", min: TimeSpan.FromSeconds(1), max: LongestWindow);
        deduplicate.Close();
        if (deduplicate.Entries.IsEmpty) deduplicate.Error(DiagnosticCodes.InvalidValue, deduplicate.Origin, "'deduplicate' sets nothing; give it a window, such as 'window: 10m', or leave it out");
        return window;
    }
}
