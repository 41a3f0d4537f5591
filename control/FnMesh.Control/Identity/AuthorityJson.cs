using System.Text.Json.Serialization;
using FnMesh.Control.Nodes;

namespace FnMesh.Control.Identity;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredAuthority))]
[JsonSerializable(typeof(StoredNode[]))]
[JsonSerializable(typeof(StoredToken[]))]
internal sealed partial class AuthorityJson : JsonSerializerContext;
