using System.Text.Json;
using System.Text.Json.Serialization;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Attempts as the log keeps them: JSON, verdicts by name.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<AttemptRecord>))]
internal sealed partial class AttemptJson : JsonSerializerContext
{
    public static byte[] Write(IReadOnlyList<AttemptRecord> attempts) =>
        attempts.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(attempts, Default.IReadOnlyListAttemptRecord);

    public static IReadOnlyList<AttemptRecord> Read(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : JsonSerializer.Deserialize(json, Default.IReadOnlyListAttemptRecord) ?? [];
}
