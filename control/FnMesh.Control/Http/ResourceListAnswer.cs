using System.Collections.Immutable;

using FnMesh.Policy;

namespace FnMesh.Control.Http;

internal sealed record ResourceListAnswer(ImmutableArray<ResourceAnswer> Items)
{
    /// <summary>Ordered by kind, then namespace, then name. A Mesh is of every namespace.</summary>
    public static ResourceListAnswer Of(ImmutableArray<Resource> resources, string? kind, string? ns) => new([
        .. resources
            .Where(resource => (kind is null || resource.Kind == kind) && (ns is null || resource.Namespace == ns || resource.Kind == "Mesh"))
            .OrderBy(resource => resource.Kind, StringComparer.Ordinal)
            .ThenBy(resource => resource.Namespace, StringComparer.Ordinal)
            .ThenBy(resource => resource.Name, StringComparer.Ordinal)
            .Select(ResourceAnswer.Of)]);
}
