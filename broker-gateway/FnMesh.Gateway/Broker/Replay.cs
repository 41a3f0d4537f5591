namespace FnMesh.Gateway.Broker;

/// <summary>A replay and how far it is; kept in the log, so that it goes on after a restart and repeats nothing twice.</summary>
/// <param name="Wish">What is wanted.</param>
/// <param name="Started">Since when.</param>
/// <param name="Number">Given by the broker when it is stored first; 0 before.</param>
/// <param name="Place">The offset or id to be looked at next.</param>
/// <param name="Events">How many are in the log again.</param>
/// <param name="Ended">When it ended; null as long as it runs.</param>
/// <param name="End">Why it ended, for people; null as long as it runs.</param>
internal sealed record Replay(ReplayWish Wish, DateTimeOffset Started, long Number = 0, long Place = 0, long Events = 0, DateTimeOffset? Ended = null, string? End = null);
