using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>A function for calls to which no HTTPRoute of its own leads from the edge, so that who asks there for its path can be told why.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Methods">In upper case, ordered; empty for all.</param>
/// <param name="Route">A route template without a slash at its start.</param>
/// <param name="Level">Who it says may call from the edge: <c>anonymous</c>, <c>function</c> or <c>admin</c>; null for members alone.</param>
public sealed record UnroutedCall(string Function, ImmutableArray<string> Methods, string Route, string? Level);
