namespace FnMesh.Policy.Snapshots;

/// <summary>How long the embedded broker keeps what it has.</summary>
/// <param name="Age">Events that were received longer ago are deleted, at most an hour later.</param>
/// <param name="Bytes">While the events weigh more, attributes and what surrounds them included, the oldest are deleted.</param>
/// <param name="DeadLetterAge">Dead letters that are older are deleted.</param>
public sealed record RetentionEntry(TimeSpan Age, long Bytes, TimeSpan DeadLetterAge)
{
    /// <summary>What holds where no Mesh says it.</summary>
    public static RetentionEntry Default { get; } = new(TimeSpan.FromDays(7), 1L << 30, TimeSpan.FromDays(30));
}
