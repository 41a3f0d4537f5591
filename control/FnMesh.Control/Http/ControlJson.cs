using System.Text.Json.Serialization;

namespace FnMesh.Control.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FunctionListAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(IdentityAnswer))]
[JsonSerializable(typeof(MeshAnswer))]
[JsonSerializable(typeof(NodeListAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(ResourceAnswer))]
[JsonSerializable(typeof(ResourceListAnswer))]
internal sealed partial class ControlJson : JsonSerializerContext;
