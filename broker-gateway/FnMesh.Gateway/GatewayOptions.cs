using System.Net;

namespace FnMesh.Gateway;

/// <summary>What a gateway process is started with; policy never comes from here.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where callers from outside connect; port 0 takes a free one.</summary>
    public required IPEndPoint Edge { get; init; }

    /// <summary>Where events and spans are kept; one gateway at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What every random choice starts from; the same seed makes the same choices.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The process's environment, of which the <c>OTEL_*</c> variables are read.</summary>
    public required IReadOnlyDictionary<string, string?> Environment { get; init; }
}
