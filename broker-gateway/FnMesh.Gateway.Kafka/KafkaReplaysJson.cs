using System.Text.Json.Serialization;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>Replays as their file keeps them.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Replay>))]
internal sealed partial class KafkaReplaysJson : JsonSerializerContext;
