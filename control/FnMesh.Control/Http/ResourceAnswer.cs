using System.Text.Json;

using FnMesh.Policy;

namespace FnMesh.Control.Http;

internal sealed record ResourceAnswer(string ApiVersion, string Kind, string Namespace, string Name, string Origin, JsonElement Resource, string Yaml)
{
    public static ResourceAnswer Of(Resource resource)
    {
        using var json = JsonDocument.Parse(resource.Json);
        return new(resource.ApiVersion, resource.Kind, resource.Namespace, resource.Name, resource.Origin.ToString(), json.RootElement.Clone(), resource.Yaml);
    }
}
