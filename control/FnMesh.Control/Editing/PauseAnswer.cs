namespace FnMesh.Control.Editing;

/// <summary>Whether a subscription is paused.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Origin">Where it stands.</param>
/// <param name="Policy">The hash of the policy that is live.</param>
/// <param name="Paused">Whether its events wait in the log.</param>
/// <param name="Served">Whether every gateway that is connected serves that policy.</param>
/// <param name="Changed">Whether this request changed a file.</param>
internal sealed record PauseAnswer(string Subscription, string Origin, string Policy, bool Paused, bool Served, bool Changed);
