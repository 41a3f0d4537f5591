namespace FnMesh.Gateway.Kafka;

/// <summary>Gives gateways the way to Kafka.</summary>
public static class KafkaGateway
{
    /// <summary>The same gateway, for which the Mesh may say <c>broker: { kind: kafka }</c>.</summary>
    public static GatewayOptions WithKafka(this GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            OpenKafka = static async (entry, mesh, directory, loggers, time, cancel) => await KafkaBroker.OpenAsync(
                new KafkaBrokerOptions
                {
                    BootstrapServers = entry.BootstrapServers,
                    Topic = entry.Topic,
                    Mesh = mesh,
                    KeyDirectory = directory,
                    SettingsFile = entry.SettingsFile,
                    CreateTopics = !entry.TopicsExist,
                },
                loggers, time, cancel),
        };
    }
}
