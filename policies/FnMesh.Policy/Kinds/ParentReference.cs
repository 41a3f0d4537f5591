namespace FnMesh.Policy.Kinds;

/// <summary>What a route is attached to.</summary>
/// <param name="Reference">The name.</param>
/// <param name="Section">A listener of a Gateway; null for all.</param>
/// <param name="Port">Those of a Gateway's listeners that have it; null for all.</param>
internal sealed record ParentReference(Reference Reference, Written<string>? Section, Written<int>? Port);
