using System.Collections.Immutable;

namespace FnMesh.Control.Traffic;

/// <summary>The split of an app.</summary>
/// <param name="App">The app.</param>
/// <param name="Origin">Where it stands.</param>
/// <param name="Policy">The hash of the policy that is live.</param>
/// <param name="Written">Whether a split is written; without one all goes to the latest revision that has an endpoint.</param>
/// <param name="Served">Whether every gateway that is connected serves that policy.</param>
/// <param name="Changed">Whether this request changed a file.</param>
/// <param name="Traffic">Every revision, in the order of the app.</param>
internal sealed record TrafficAnswer(string App, string Origin, string Policy, bool Written, bool Served, bool Changed, ImmutableArray<ShareAnswer> Traffic);
