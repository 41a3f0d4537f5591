using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FnMesh.Cli.Commands;

[JsonSerializable(typeof(JsonNode))]
internal sealed partial class TraceJson : JsonSerializerContext;
