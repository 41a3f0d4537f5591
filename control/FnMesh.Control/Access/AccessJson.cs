using System.Text.Json.Serialization;

namespace FnMesh.Control.Access;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AccessListAnswer))]
[JsonSerializable(typeof(AccessChangesAnswer))]
[JsonSerializable(typeof(AccessQuestion))]
internal sealed partial class AccessJson : JsonSerializerContext;
