using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Kafka;

/// <summary>What the client library and the broker say.</summary>
internal sealed partial class KafkaLog(ILogger logger)
{
    /// <summary>Passes on what the client library logs.</summary>
    public void Say(LogMessage message) => Said(logger, message.Level <= SyslogLevel.Error ? LogLevel.Warning : LogLevel.Debug, message.Facility, message.Message);

    public void Registered(string subscription, string topic, string places) => WasRegistered(logger, subscription, topic, places);

    public void Assigned(string subscription, string lanes) => WereAssigned(logger, subscription, lanes);

    public void Revoked(string subscription, string lanes) => WereRevoked(logger, subscription, lanes);

    public void NotReleased(string subscription, int lane) => WasNotReleased(logger, subscription, lane);

    public void FirstUnknown(string subscription, int lane, string reason) => FirstIsUnknown(logger, subscription, lane, reason);

    public void Lost(string subscription, string reason) => WasLost(logger, subscription, reason);

    [LoggerMessage(Message = "Kafka client: {Facility} {Text}")]
    private static partial void Said(ILogger logger, LogLevel level, string facility, string text);

    [LoggerMessage(40, LogLevel.Information, "Subscription {Subscription} begins in topic {Topic} at the offsets {Places}.")]
    private static partial void WasRegistered(ILogger logger, string subscription, string topic, string places);

    [LoggerMessage(41, LogLevel.Information, "Subscription {Subscription} delivers from partitions {Lanes} here.")]
    private static partial void WereAssigned(ILogger logger, string subscription, string lanes);

    [LoggerMessage(42, LogLevel.Information, "Subscription {Subscription} gives up partitions {Lanes} to another gateway.")]
    private static partial void WereRevoked(ILogger logger, string subscription, string lanes);

    [LoggerMessage(43, LogLevel.Warning, "Subscription {Subscription} could not end its deliveries of partition {Lane} in time; what is not settled is delivered again by another gateway.")]
    private static partial void WasNotReleased(ILogger logger, string subscription, int lane);

    [LoggerMessage(45, LogLevel.Warning, "Subscription {Subscription}: Kafka does not say where partition {Lane} begins now, so that events that retention took are not told: {Reason}")]
    private static partial void FirstIsUnknown(ILogger logger, string subscription, int lane, string reason);

    [LoggerMessage(44, LogLevel.Warning, "Subscription {Subscription}: Kafka's group failed and is joined again: {Reason}")]
    private static partial void WasLost(ILogger logger, string subscription, string reason);
}
