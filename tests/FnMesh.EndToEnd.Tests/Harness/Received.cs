using System.Text.Json;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>A request as a function received it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path with the query.</param>
/// <param name="Headers">All headers; names in lower case.</param>
/// <param name="Body">The body as text.</param>
/// <param name="At">A timestamp of the system's clock.</param>
internal sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, long At)
{
    /// <summary>A header; null when it is not there.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public int Delivery => int.Parse(Headers["fnmesh-delivery"]);

    public int Attempt => int.Parse(Headers["fnmesh-attempt"]);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public override string ToString() => $"{Method} {Path} {string.Join(", ", Headers.Where(header => header.Key.StartsWith("ce-", StringComparison.Ordinal) || header.Key.StartsWith("fnmesh-", StringComparison.Ordinal)).Select(header => $"{header.Key}={header.Value}"))}";
}
