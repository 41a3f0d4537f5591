using System.Collections.Immutable;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <param name="Binding">The name of the request.</param>
/// <param name="Route">A template, with the app's prefix, without a slash at its start.</param>
/// <param name="Methods">In upper case; empty for all.</param>
/// <param name="Level">Who may call from the edge: <c>anonymous</c>, <c>function</c> or <c>admin</c>.</param>
/// <param name="Output">The name of the output that holds the answer; <c>$return</c> for the value that the function returns.</param>
internal sealed record HttpCallTrigger(string Binding, string Route, ImmutableArray<string> Methods, string Level, string Output) : Trigger(Binding);
