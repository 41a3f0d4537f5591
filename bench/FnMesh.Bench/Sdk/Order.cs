namespace FnMesh.Bench.Sdk;

/// <summary>The body of the call that is measured.</summary>
internal sealed record Order(string Sku, string Note, decimal Price, string[] Tags);
