using Confluent.Kafka;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>What every client of the cluster has in common.</summary>
internal static class KafkaSettings
{
    /// <summary>Properties that decide whether events are lost or doubled, or which the gateway sets itself.</summary>
    private static readonly HashSet<string> Kept =
    [
        "acks", "auto.offset.reset", "bootstrap.servers", "enable.auto.commit", "enable.auto.offset.store", "enable.idempotence", "group.id", "group.instance.id",
        "metadata.broker.list", "partition.assignment.strategy", "partitioner", "request.required.acks", "transactional.id",
    ];

    /// <exception cref="BrokerException">The settings file cannot be read or sets what it may not.</exception>
    public static Dictionary<string, string> Of(KafkaBrokerOptions options)
    {
        var settings = new Dictionary<string, string> { ["bootstrap.servers"] = options.BootstrapServers, ["client.id"] = "fnmesh" };
        if (options.SettingsFile is not { } file) return settings;
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BrokerException($"the settings of Kafka cannot be read: {fault.Message}", fault);
        }

        for (var n = 0; n < lines.Length; n++)
        {
            var line = lines[n].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var at = line.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? line : line[..at].Trim();
            if (at <= 0) throw new BrokerException($"{file}:{n + 1}: a setting of Kafka is a line name=value");
            if (Kept.Contains(name)) throw new BrokerException($"{file}:{n + 1}: '{name}' is set by the gateway; remove the line");
            settings[name] = line[(at + 1)..].Trim();
        }

        return settings;
    }

    /// <summary>What went wrong, in one sentence with the place.</summary>
    public static BrokerException Failed(KafkaBrokerOptions options, string what, KafkaException cause) =>
        cause.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut or ErrorCode.Local_Resolve or ErrorCode.Local_MsgTimedOut
            ? new($"no Kafka broker at {options.BootstrapServers} answers ({cause.Error.Reason}), so {what}; check that it runs, and spec.broker.kafka of the Mesh", cause)
            : new($"Kafka at {options.BootstrapServers}: {what} ({cause.Error.Code}: {cause.Error.Reason})", cause);
}
