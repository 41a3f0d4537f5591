using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Whose tokens (RFC 7519) prove who a caller from outside is.</summary>
public sealed record JwtProviderEntry
{
    /// <summary>Algorithms where none are written.</summary>
    public static readonly ImmutableArray<string> DefaultAlgorithms = ["ES256", "RS256"];

    /// <summary>Skew of clocks where none is written.</summary>
    public static readonly TimeSpan DefaultSkew = TimeSpan.FromSeconds(30);

    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>The claim <c>iss</c>, character for character; no two providers have the same.</summary>
    public required string Issuer { get; init; }

    /// <summary>One of them must be in the claim <c>aud</c>.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Of <c>RS</c>, <c>PS</c> and <c>ES</c> with 256, 384 and 512; ordered.</summary>
    public required ImmutableArray<string> Algorithms { get; init; }

    /// <summary>How far the clock of the issuer may be off.</summary>
    public required TimeSpan Skew { get; init; }

    /// <summary>Where the keys are got; null where <see cref="KeyFile"/> is set.</summary>
    public string? KeyAddress { get; init; }

    /// <summary>A file of the gateway's machine with the keys; null where <see cref="KeyAddress"/> is set.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The folder of the policy file, as it was given to the reader; a relative <see cref="KeyFile"/> starts here.</summary>
    public string? Directory { get; init; }
}
