namespace FnMesh.Policy.Snapshots;

/// <summary>A parameter that the query of a call must have; of several with its name the first one counts.</summary>
/// <param name="Name">Decoded; compared character for character.</param>
/// <param name="Value">The whole decoded value, or a pattern of <see cref="RoutePattern"/> that it fits.</param>
/// <param name="IsPattern">True for a pattern; null for a value.</param>
public sealed record QueryMatchEntry(string Name, string Value, bool? IsPattern = null);
