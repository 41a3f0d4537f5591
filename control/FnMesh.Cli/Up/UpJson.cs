using System.Text.Json.Serialization;

namespace FnMesh.Cli.Up;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReadyLine))]
internal sealed partial class UpJson : JsonSerializerContext;
