using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>A name as it was written, before it is known what it means.</summary>
/// <param name="Kind">Null when it was left out.</param>
/// <param name="Name">Empty only where the kind alone decides.</param>
/// <param name="Origin">Where the reference begins.</param>
internal sealed record Reference(Written<string>? Kind, Written<string> Name, Origin Origin);
