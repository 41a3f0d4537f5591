using System.Text.Json.Serialization;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>Parked events as the progress topic keeps them.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ParkedEvent))]
internal sealed partial class ParkedJson : JsonSerializerContext;
