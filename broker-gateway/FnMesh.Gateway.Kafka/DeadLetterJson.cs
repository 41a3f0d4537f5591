using System.Text.Json.Serialization;

namespace FnMesh.Gateway.Kafka;

/// <summary>JSON, verdicts by name.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetterReason))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
