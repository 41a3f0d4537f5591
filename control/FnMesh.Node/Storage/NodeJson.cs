using System.Text.Json.Serialization;

namespace FnMesh.Node.Storage;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredCredentials))]
[JsonSerializable(typeof(Uri[]))]
internal sealed partial class NodeJson : JsonSerializerContext;
