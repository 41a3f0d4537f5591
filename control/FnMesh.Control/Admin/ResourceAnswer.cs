using System.Text.Json;
using Written = FnMesh.Policy.Resource;

namespace FnMesh.Control.Admin;

/// <summary>One resource as it was written.</summary>
internal sealed record ResourceAnswer(
    string ApiVersion, string Kind, string Namespace, string Name, string Origin, JsonElement Resource, string Yaml)
{
    public static ResourceAnswer Of(Written written) => new(
        written.ApiVersion, written.Kind, written.Namespace, written.Name, written.Origin.ToString(), JsonElement.Parse(written.Json), written.Yaml);
}
