namespace FnMesh.Functions.Generators;

/// <summary>A function as it was read.</summary>
/// <param name="Registration">The expression that registers it; null where a fault forbids it.</param>
internal sealed record FunctionModel(string Name, Place Place, string? Registration, Rows<Fault> Faults);
