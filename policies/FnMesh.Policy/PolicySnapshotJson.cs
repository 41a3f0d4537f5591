using System.Security.Cryptography;
using System.Text.Json;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>A snapshot as canonical JSON: one text for one snapshot.</summary>
public static class PolicySnapshotJson
{
    public static string Write(PolicySnapshot snapshot) => JsonSerializer.Serialize(snapshot, SnapshotJsonContext.Default.PolicySnapshot);

    /// <summary>The same snapshot that was written; null when the text is none or its hash does not fit its content.</summary>
    public static PolicySnapshot? Read(string json)
    {
        try
        {
            var snapshot = JsonSerializer.Deserialize(json, SnapshotJsonContext.Default.PolicySnapshot);
            return snapshot is not null && WithHash(snapshot).Hash == snapshot.Hash ? snapshot : null;
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    internal static PolicySnapshot WithHash(PolicySnapshot snapshot)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(snapshot with { Hash = "" }, SnapshotJsonContext.Default.PolicySnapshot);
        return snapshot with { Hash = Convert.ToHexStringLower(SHA256.HashData(content)) };
    }
}
