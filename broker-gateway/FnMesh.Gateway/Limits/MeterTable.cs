namespace FnMesh.Gateway.Limits;

/// <summary>The meters of one limit, which outlive the table: one for everybody, or one for each key, of which the ones that were used last are kept.</summary>
internal sealed class MeterTable(TimeProvider time)
{
    /// <summary>How many keys are kept.</summary>
    public const int MaxKeys = ShardCount * MeterShard.Capacity;

    private const int ShardCount = 16;

    private readonly MeterShard[] _shards = [.. Enumerable.Range(0, ShardCount).Select(static _ => new MeterShard())];

    private readonly long _began = time.GetTimestamp();

    /// <summary>Seconds on the clock of its meters: few, so that fractions of them stay exact.</summary>
    public double Now => time.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Of everybody.</summary>
    public Meters All { get; } = new("");

    public Meters Of(string key) => _shards[(uint)key.GetHashCode(StringComparison.Ordinal) % ShardCount].Of(key);
}
