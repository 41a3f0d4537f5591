namespace FnMesh.Functions.Generators;

/// <summary>A function as it was read.</summary>
/// <param name="Route">Its template without names of parameters; null but for HTTP.</param>
/// <param name="Methods">In upper case; empty for all.</param>
/// <param name="Registration">The expression that registers it; null where a fault forbids it.</param>
internal sealed record FunctionModel(string Name, Place Place, string? Route, Rows<string> Methods, string? Registration, Rows<Fault> Faults)
{
    /// <summary>Whether a request could reach both.</summary>
    public bool Meets(FunctionModel other) =>
        Route is not null && Route == other.Route && (!Methods.Any() || !other.Methods.Any() || Methods.Intersect(other.Methods).Any());
}
