namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>What a function does.</summary>
/// <param name="arguments">As many as it takes, cast to its types.</param>
/// <param name="run">Takes errors.</param>
internal delegate CesqlValue CesqlBody(ReadOnlySpan<CesqlValue> arguments, ref CesqlRun run);
