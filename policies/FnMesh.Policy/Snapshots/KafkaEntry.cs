namespace FnMesh.Policy.Snapshots;

/// <summary>The Kafka that keeps a mesh's events.</summary>
public sealed record KafkaEntry
{
    /// <summary><c>host:port</c>, several separated by commas.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>The topic of events; those of progress and of dead letters have names that begin with it.</summary>
    public required string Topic { get; init; }

    /// <summary>A file of client settings on each gateway's machine; null for none. What it holds is in no snapshot.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Whether gateways leave it to the cluster to make topics that are missing.</summary>
    public bool TopicsExist { get; init; }
}
