using System.Text.Json.Serialization;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PolicySnapshot))]
[JsonSerializable(typeof(EndpointSnapshot))]
[JsonSerializable(typeof(Declaration))]
internal sealed partial class SnapshotJsonContext : JsonSerializerContext;
