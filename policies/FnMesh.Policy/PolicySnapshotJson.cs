using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>A snapshot as canonical JSON: one text for one snapshot.</summary>
public static class PolicySnapshotJson
{
    /// <summary>Of the canonical text: the hash is of all of it with no hash here.</summary>
    private const string Beginning = "{\"hash\":\"";

    public static string Write(PolicySnapshot snapshot) => JsonSerializer.Serialize(snapshot, SnapshotJsonContext.Default.PolicySnapshot);

    /// <summary>The same snapshot that was written; null when the text is none or its hash does not fit its content.</summary>
    public static PolicySnapshot? Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        // A text that lost a part may read as a snapshot that cannot be written again.
        if (!IsWhole(json)) return null;
        try
        {
            var snapshot = JsonSerializer.Deserialize(json, SnapshotJsonContext.Default.PolicySnapshot);
            return snapshot is not null && WithHash(snapshot).Hash == snapshot.Hash ? snapshot : null;
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsWhole(string json)
    {
        var end = Beginning.Length + (SHA256.HashSizeInBytes * 2);
        if (!json.StartsWith(Beginning, StringComparison.Ordinal) || json.Length < end) return false;
        var content = Encoding.UTF8.GetBytes(string.Concat(Beginning, json.AsSpan(end)));
        return json.AsSpan(Beginning.Length, end - Beginning.Length).SequenceEqual(Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    internal static PolicySnapshot WithHash(PolicySnapshot snapshot)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(snapshot with { Hash = "" }, SnapshotJsonContext.Default.PolicySnapshot);
        return snapshot with { Hash = Convert.ToHexStringLower(SHA256.HashData(content)) };
    }
}
