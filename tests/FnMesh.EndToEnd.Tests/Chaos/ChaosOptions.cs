namespace FnMesh.EndToEnd.Tests.Chaos;

/// <param name="Kills">How often the mesh is killed.</param>
/// <param name="Seed">What the moments of the kills, and the deliveries that fail, are drawn from.</param>
/// <param name="Keys">Partition keys under load.</param>
/// <param name="WithoutKey">Publishers of events without a key.</param>
internal sealed record ChaosOptions(int Kills, int Seed, int Keys = 40, int WithoutKey = 8);
