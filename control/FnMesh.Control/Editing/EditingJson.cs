using System.Text.Json.Serialization;

namespace FnMesh.Control.Editing;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PauseAnswer))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(RefusedAnswer))]
internal sealed partial class EditingJson : JsonSerializerContext;
