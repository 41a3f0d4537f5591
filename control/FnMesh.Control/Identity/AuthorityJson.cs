using System.Text.Json.Serialization;

namespace FnMesh.Control.Identity;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredAuthority))]
[JsonSerializable(typeof(StoredToken[]))]
internal sealed partial class AuthorityJson : JsonSerializerContext;
