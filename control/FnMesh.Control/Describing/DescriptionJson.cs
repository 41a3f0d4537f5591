using System.Text.Json.Serialization;

namespace FnMesh.Control.Describing;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescriptionAnswer))]
internal sealed partial class DescriptionJson : JsonSerializerContext;
