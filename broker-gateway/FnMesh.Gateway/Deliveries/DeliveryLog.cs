using FnMesh.Gateway.Pipeline;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

internal static partial class DeliveryLog
{
    [LoggerMessage(20, LogLevel.Warning, "Subscription {Subscription} gave up event {Offset} at delivery {Deliveries}: {Verdict} {Code}, {Reason}; see its dead letters.")]
    public static partial void DeadLettered(ILogger logger, string subscription, long offset, int deliveries, Verdict verdict, int code, string reason);

    [LoggerMessage(21, LogLevel.Warning, "Subscription {Subscription} dropped event {Offset} at delivery {Deliveries}, because delivery.deadLetter is false: {Verdict} {Code}, {Reason}")]
    public static partial void Dropped(ILogger logger, string subscription, long offset, int deliveries, Verdict verdict, int code, string reason);

    [LoggerMessage(22, LogLevel.Error, "Delivering event {Offset} to subscription {Subscription} failed unexpectedly; it is tried again later.")]
    public static partial void Threw(ILogger logger, string subscription, long offset, Exception cause);

    [LoggerMessage(23, LogLevel.Error, "Subscription {Subscription} could not record its progress and goes on from what is stored: {Reason}")]
    public static partial void Restarting(ILogger logger, string subscription, string reason);

    [LoggerMessage(24, LogLevel.Warning, "Event {Offset} that subscription {Subscription} had parked is no longer in the log, because its retention has ended; it is not delivered, and is among the dead letters.")]
    public static partial void Gone(ILogger logger, string subscription, long offset);

    [LoggerMessage(26, LogLevel.Warning, "Subscription {Subscription} lost {Count} events, offsets {First} to {Last}: their retention ended before it came to them. It goes on with the oldest that are kept; keep more (Mesh.spec.broker.embedded.retention, or with Kafka what its topic says), or look why it is so far behind.")]
    public static partial void Lost(ILogger logger, string subscription, long count, long first, long last);

    [LoggerMessage(25, LogLevel.Information, "Subscription {Subscription} waits for {Sink}: {Why}; its events go on at once when that has changed.")]
    public static partial void Waits(ILogger logger, string subscription, string sink, string why);
}
