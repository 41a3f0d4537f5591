using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Pages of which origins may call (Gateway API, HTTPCORSFilter).</summary>
public sealed record CorsEntry
{
    /// <summary>Lower case, without the scheme's own port; <c>*</c> alone for all, or within the host.</summary>
    public required ImmutableArray<string> AllowOrigins { get; init; }

    public required bool AllowCredentials { get; init; }

    /// <summary><c>*</c> alone for all.</summary>
    public required ImmutableArray<string> AllowMethods { get; init; }

    /// <summary><c>*</c> alone for all.</summary>
    public required ImmutableArray<string> AllowHeaders { get; init; }

    public required ImmutableArray<string> ExposeHeaders { get; init; }

    /// <summary>How long a browser may go by an answer, in seconds.</summary>
    public required int MaxAge { get; init; }
}
