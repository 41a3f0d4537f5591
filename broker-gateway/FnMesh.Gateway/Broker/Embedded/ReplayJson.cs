using System.Text.Json;
using System.Text.Json.Serialization;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>What a replay is to do, as the log keeps it.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayWish))]
internal sealed partial class ReplayJson : JsonSerializerContext
{
    public static byte[] Write(ReplayWish wish) => JsonSerializer.SerializeToUtf8Bytes(wish, Default.ReplayWish);

    public static ReplayWish Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.ReplayWish) ?? throw new BrokerException("A replay in broker.db is damaged; restore the file from a backup.");
}
