using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Every part that is set must hold.</summary>
public sealed record RouteMatchEntry
{
    public required PathMatchType PathType { get; init; }

    /// <summary>Begins with <c>/</c>; a prefix ends without one, unless it is <c>/</c> itself. Of a regular expression the pattern.</summary>
    public required string Path { get; init; }

    /// <summary>Upper case; null means every method.</summary>
    public string? Method { get; init; }

    /// <summary>Names in lower case, ordered.</summary>
    public required ImmutableArray<HeaderMatchEntry> Headers { get; init; }

    /// <summary>Ordered by name; null for none.</summary>
    public ImmutableArray<QueryMatchEntry>? QueryParams { get; init; }

    /// <summary>True when only calls of gRPC match; null for all.</summary>
    public bool? IsGrpc { get; init; }

    /// <summary>The method of gRPC, whatever the service; null when it does not matter or stands in <see cref="Path"/>.</summary>
    public string? GrpcMethod { get; init; }
}
