using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>Endpoints as canonical JSON: one text for one set of endpoints, whatever order they came in.</summary>
public static class EndpointSnapshotJson
{
    public static byte[] Write(EndpointSnapshot endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var ordered = endpoints.Revisions
            .OrderBy(revision => revision.App, StringComparer.Ordinal).ThenBy(revision => revision.Revision, StringComparer.Ordinal)
            .Select(revision => revision with
            {
                Endpoints = [.. revision.Endpoints.OrderBy(endpoint => endpoint.AbsoluteUri, StringComparer.Ordinal)],
                Zones = revision.Zones?.OrderBy(zone => zone.Endpoint.AbsoluteUri, StringComparer.Ordinal).ToImmutableArray(),
            });
        return JsonSerializer.SerializeToUtf8Bytes(new EndpointSnapshot([.. ordered]), SnapshotJsonContext.Default.EndpointSnapshot);
    }

    /// <summary>Lower-case hexadecimal SHA-256 of what <see cref="Write"/> gives.</summary>
    public static string VersionOf(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));

    /// <summary>Null when the bytes are none.</summary>
    public static EndpointSnapshot? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var read = JsonSerializer.Deserialize(json, SnapshotJsonContext.Default.EndpointSnapshot);
            var whole = read is { Revisions.IsDefault: false } && read.Revisions.All(revision =>
                revision is { App: not null, Revision: not null, Endpoints.IsDefault: false } && revision.Endpoints.All(endpoint => endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https" }) && revision.Zones is not { IsDefault: true });
            return whole ? read : null;
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}
