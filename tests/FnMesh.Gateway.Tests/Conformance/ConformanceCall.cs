using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FnMesh.Gateway.Tests.Conformance;

/// <summary>One line of a behaviour table: a request, and what becomes of it. A null value of a header means that there is none.</summary>
internal sealed record ConformanceCall
{
    public string Method { get; init; } = "GET";

    public string Host { get; init; } = "any.example";

    /// <summary>The listener's; that of the edge unless said otherwise.</summary>
    public int? Port { get; init; }

    /// <summary>What the handshake says, on a listener with TLS.</summary>
    public string? ServerName { get; init; }

    public required string Path { get; init; }

    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Headers that the function answers with; <c>fail: N:STATUS</c> has the first N tries fail, also by <c>reset</c> or by <c>never</c>; <c>never</c> has it not answer what follows.</summary>
    public ImmutableDictionary<string, string> Answer { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Which function gets it; null for none.</summary>
    public string? Backend { get; init; }

    public int? Status { get; init; }

    /// <summary>Path and query that the function sees.</summary>
    public string? Target { get; init; }

    public ImmutableDictionary<string, string?> Received { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public ImmutableDictionary<string, string?> Answered { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public string? Location { get; init; }

    /// <summary>A call of gRPC, by the table's name; its statuses are those of gRPC.</summary>
    [JsonIgnore]
    public bool IsGrpc { get; init; }

    /// <summary>How often the function was called.</summary>
    public int? Tries { get; init; }

    /// <summary>Of 500 calls, what part each function gets, or status is answered; within 0.05.</summary>
    public ImmutableDictionary<string, double>? Shares { get; init; }
}
