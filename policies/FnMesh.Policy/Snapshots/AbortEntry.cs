namespace FnMesh.Policy.Snapshots;

/// <summary>An answer that no function gives. At least one of the statuses is there.</summary>
/// <param name="Percent">1 to 100.</param>
/// <param name="Status">400 to 599; null means that only calls of gRPC are hit.</param>
public sealed record AbortEntry(int Percent, int? Status)
{
    /// <summary>What calls of gRPC are told, 1 to 16; null means what <see cref="Status"/> is in gRPC.</summary>
    public int? GrpcStatus { get; init; }
}
