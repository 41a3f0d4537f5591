using System.Text.Json.Serialization;

namespace FnMesh.Gateway.Admin;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TraceAnswer))]
internal sealed partial class TraceJson : JsonSerializerContext;
