using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a rule says of sessions.</summary>
/// <param name="Name">Null takes one of the route and rule.</param>
internal sealed record SessionPersistence(SessionType Type, string? Name, TimeSpan? AbsoluteTimeout, TimeSpan? IdleTimeout, bool IsPermanent);
