using System.Text.Json.Serialization;
using FnMesh.Node.Members;

namespace FnMesh.Node.Storage;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredCredentials))]
[JsonSerializable(typeof(UpFile))]
[JsonSerializable(typeof(Uri[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class NodeJson : JsonSerializerContext;
