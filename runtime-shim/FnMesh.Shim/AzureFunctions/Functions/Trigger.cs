namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>What a function runs for.</summary>
/// <param name="Binding">The name under which the worker expects what comes.</param>
internal abstract record Trigger(string Binding);
