namespace FnMesh.Gateway.Admin;

/// <summary>What a replay or a discarding would do, or has done.</summary>
/// <param name="Events">How many.</param>
/// <param name="IsAll">False when there are more than were counted.</param>
/// <param name="From">The first offset or id that is looked at.</param>
/// <param name="To">After the last.</param>
internal sealed record ReplayCount(long Events, bool IsAll, long From, long To);
