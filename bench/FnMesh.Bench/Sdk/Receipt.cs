namespace FnMesh.Bench.Sdk;

/// <summary>The answer to the call that is measured.</summary>
internal sealed record Receipt(string Id, string Sku, int Quantity, decimal Total, int Tags);
