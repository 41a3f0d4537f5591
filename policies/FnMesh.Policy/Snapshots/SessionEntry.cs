namespace FnMesh.Policy.Snapshots;

/// <summary>Calls of one session go to one endpoint for as long as it stands.</summary>
/// <param name="Type">Cookie or header.</param>
/// <param name="Name">Of the cookie or header.</param>
/// <param name="AbsoluteTimeout">How long a session lasts, whatever happens in it; null for no end.</param>
/// <param name="IdleTimeout">How long after its last answer it ends; null for never.</param>
/// <param name="IsPermanent">Whether a cookie outlives the browser; only with a timeout.</param>
public sealed record SessionEntry(SessionType Type, string Name, TimeSpan? AbsoluteTimeout, TimeSpan? IdleTimeout, bool IsPermanent);
