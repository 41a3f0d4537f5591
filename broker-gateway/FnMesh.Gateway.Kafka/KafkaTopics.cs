using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>The topics of a mesh: of events, of progress and of dead letters.</summary>
internal static class KafkaTopics
{
    private const int DefaultPartitions = 12;

    /// <summary>Makes what is missing, if that is asked for.</summary>
    /// <returns>How many partitions each has.</returns>
    /// <exception cref="BrokerException">Kafka does not answer, or a topic is not there and cannot be made.</exception>
    public static async Task<Dictionary<string, int>> EnsureAsync(KafkaBrokerOptions options, Handle handle, CancellationToken cancel)
    {
        string[] names = [options.Topic, options.ProgressTopic, options.DeadLetterTopic];
        using var admin = new DependentAdminClientBuilder(handle).Build();
        try
        {
            var there = await Task.Run(() => admin.GetMetadata(options.ConnectTimeout), cancel);
            var known = there.Topics.Select(static topic => topic.Topic).ToHashSet();
            if (options.CreateTopics && names.Any(name => !known.Contains(name)))
            {
                var events = there.Topics.FirstOrDefault(topic => topic.Topic == options.Topic)?.Partitions.Count ?? DefaultPartitions;
                await CreateAsync(admin, options, [.. names.Where(name => !known.Contains(name)).Select(name => Specification(options, name, events))]);
            }

            // A cluster may make a topic when it is named for the first time.
            return await Task.Run(() => names.ToDictionary(static name => name, name => Partitions(admin, options, name)), cancel);
        }
        catch (KafkaException failed)
        {
            throw KafkaSettings.Failed(options, "events cannot be kept there", failed);
        }
    }

    /// <summary>How many partitions a topic has that others made.</summary>
    /// <exception cref="BrokerException">Kafka does not answer, or there is no such topic.</exception>
    public static async Task<int> CountAsync(KafkaBrokerOptions options, Handle handle, string topic, string subscription, CancellationToken cancel)
    {
        using var admin = new DependentAdminClientBuilder(handle).Build();
        try
        {
            // Not by its name, for which a cluster may make it.
            var there = await Task.Run(() => admin.GetMetadata(options.ConnectTimeout), cancel);
            return there.Topics.Find(other => other.Topic == topic) is { Partitions.Count: > 0 and var count }
                ? count
                : throw new BrokerException($"subscription '{subscription}' reads topic '{topic}', which Kafka at {options.BootstrapServers} does not have or does not show to the gateway; make it, or mend 'topic'");
        }
        catch (KafkaException failed)
        {
            throw KafkaSettings.Failed(options, $"topic '{topic}' cannot be read", failed);
        }
    }

    private static TopicSpecification Specification(KafkaBrokerOptions options, string name, int events) => new()
    {
        Name = name,
        NumPartitions = name == options.DeadLetterTopic ? 1 : events,
        ReplicationFactor = -1,
        Configs = name == options.ProgressTopic ? new() { ["cleanup.policy"] = "compact" } : new(),
    };

    private static async Task CreateAsync(IAdminClient admin, KafkaBrokerOptions options, TopicSpecification[] topics)
    {
        try
        {
            await admin.CreateTopicsAsync(topics, new CreateTopicsOptions { RequestTimeout = options.ConnectTimeout, OperationTimeout = options.ConnectTimeout });
        }
        catch (CreateTopicsException refused) when (refused.Results.All(static result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another gateway makes them at the same moment.
        }
        catch (CreateTopicsException refused)
        {
            var first = refused.Results.First(static result => result.Error.IsError);
            throw new BrokerException($"Kafka at {options.BootstrapServers} does not let the gateway make topic '{first.Topic}' ({first.Error.Reason}); make it yourself{(first.Topic == options.ProgressTopic ? ", with cleanup.policy=compact" : "")}, or allow it", refused);
        }
    }

    private static int Partitions(IAdminClient admin, KafkaBrokerOptions options, string name)
    {
        var topic = admin.GetMetadata(name, options.ConnectTimeout).Topics.Single(topic => topic.Topic == name);
        // A topic that was made this moment has its partitions a moment later.
        for (var tried = 0; tried < 10 && topic.Partitions.Count == 0; tried++) topic = admin.GetMetadata(name, options.ConnectTimeout).Topics.Single(topic => topic.Topic == name);
        return topic.Partitions.Count > 0 ? topic.Partitions.Count : throw new KafkaException(topic.Error.IsError ? topic.Error : new Error(ErrorCode.UnknownTopicOrPart, $"topic '{name}' has no partitions"));
    }
}
