using System.Text.Json.Serialization;

namespace FnMesh.Shim.Projects;

[JsonSerializable(typeof(BuildRecord))]
internal sealed partial class BuildRecordJson : JsonSerializerContext;
