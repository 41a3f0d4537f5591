using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Effective;

/// <summary>A value that acts, and who says so.</summary>
/// <param name="Field">Its path, such as <c>timeouts.request</c>.</param>
/// <param name="Value">As a person would write it; <c>none</c> for what is off.</param>
/// <param name="Kind">The kind of the resource that sets it; null for the default.</param>
/// <param name="Name">The name of that resource; null for the default.</param>
/// <param name="Origin">Where the value stands; null for the default.</param>
public sealed record EffectiveField(string Field, string Value, string? Kind, string? Name, Origin? Origin);
