using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>A value and the place where it was written.</summary>
internal readonly record struct Written<T>(T Value, Origin Origin);
