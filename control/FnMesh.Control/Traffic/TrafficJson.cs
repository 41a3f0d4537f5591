using System.Text.Json.Serialization;

namespace FnMesh.Control.Traffic;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrafficAnswer))]
[JsonSerializable(typeof(TrafficBody))]
internal sealed partial class TrafficJson : JsonSerializerContext;
