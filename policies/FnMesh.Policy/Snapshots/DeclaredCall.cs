using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>The calls that reach one function of a revision.</summary>
/// <param name="Methods">In upper case, ordered; empty for all.</param>
/// <param name="Route">A route template without a slash at its start.</param>
/// <param name="Idempotent">Whether running the function twice does no more than running it once.</param>
/// <param name="Function">Its name.</param>
public sealed record DeclaredCall(ImmutableArray<string> Methods, string Route, bool Idempotent, string Function = "");
