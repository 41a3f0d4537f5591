using System.ComponentModel;

namespace FnMesh.Functions.Binding;

/// <summary>A value, or the fact that the caller has been refused because there was none.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Bound<T>(bool IsBound, T Value);
