namespace FnMesh.Gateway.Events;

/// <summary>Says that an event stands in the log once more, for one subscription alone.</summary>
/// <param name="Subscription">Whose it is; all others pass over it.</param>
/// <param name="Origin">The offset at which it was published: <c>fnmesh-replay</c>.</param>
internal sealed record ReplayMark(string Subscription, long Origin);
