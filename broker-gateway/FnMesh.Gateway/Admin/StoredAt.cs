namespace FnMesh.Gateway.Admin;

/// <summary>A dead letter whose event is in the log again.</summary>
/// <param name="Letter">Its id.</param>
/// <param name="Subscription">Who gets the event.</param>
internal sealed record StoredAt(long Letter, string Subscription);
