using System.Text.Json.Serialization;

namespace FnMesh.Control.Admin;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MeshAnswer))]
[JsonSerializable(typeof(ResourceList))]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class ControlJson : JsonSerializerContext;
