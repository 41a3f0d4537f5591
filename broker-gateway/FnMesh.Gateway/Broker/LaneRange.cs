namespace FnMesh.Gateway.Broker;

/// <summary>Some of what a lane holds.</summary>
/// <param name="Lane">Which: <see cref="ILane.Number"/>.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">After the last; not before <paramref name="From"/>.</param>
internal readonly record struct LaneRange(int Lane, long From, long To);
