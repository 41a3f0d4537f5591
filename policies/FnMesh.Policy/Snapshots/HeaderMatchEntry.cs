namespace FnMesh.Policy.Snapshots;

/// <summary>A header that a call must have.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Value">The whole value, character for character, or a pattern of <see cref="RoutePattern"/> that it fits.</param>
/// <param name="IsPattern">True for a pattern; null for a value.</param>
public sealed record HeaderMatchEntry(string Name, string Value, bool? IsPattern = null);
