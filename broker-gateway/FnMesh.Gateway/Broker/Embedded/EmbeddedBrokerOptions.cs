namespace FnMesh.Gateway.Broker.Embedded;

internal sealed record EmbeddedBrokerOptions
{
    /// <summary>The folder of <c>broker.db</c>; made when it is missing, private to the user.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Requests that may wait for the writer before publishers are refused.</summary>
    public int QueuedRequests { get; init; } = 8_192;

    /// <summary>Bytes of events that may wait for the writer before publishers are refused.</summary>
    public long QueuedBytes { get; init; } = 64 << 20;

    /// <summary>The newest events that stay in memory for subscribers that keep up.</summary>
    public int RecentEvents { get; init; } = 4_096;

    /// <summary>The bytes of those events.</summary>
    public long RecentBytes { get; init; } = 16 << 20;

    /// <summary>What the log keeps; asked again and again, on the writer's thread. Null as long as nobody has said: everything.</summary>
    public Func<RetentionBounds?> Retention { get; init; } = static () => null;

    /// <summary>The SQLite VFS through which the file is reached; null for the platform's own.</summary>
    public string? Vfs { get; init; }

    /// <summary>False only in a test that shows what is lost without: what is acknowledged may then be gone after a power cut.</summary>
    public bool Syncs { get; init; } = true;

    /// <summary>The size that the file may grow to; beyond it storing fails as on a full disk. Null: as far as the disk goes.</summary>
    public long? MaxFileBytes { get; init; }
}
