namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>How long the log keeps what it has.</summary>
/// <param name="Age">Events that were received longer ago are deleted, at most <see cref="LogBlocks.MaxSpan"/> later.</param>
/// <param name="Bytes">While the events weigh more (<see cref="EventSize"/>), the oldest are deleted, a block at a time.</param>
/// <param name="LetterAge">Dead letters that are older are deleted.</param>
internal sealed record RetentionBounds(TimeSpan Age, long Bytes, TimeSpan LetterAge);
