using System.Text.Json.Serialization;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PolicySnapshot))]
internal sealed partial class SnapshotJsonContext : JsonSerializerContext;
