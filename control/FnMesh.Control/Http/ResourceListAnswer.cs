using System.Collections.Immutable;

using FnMesh.Policy;

namespace FnMesh.Control.Http;

internal sealed record ResourceListAnswer(ImmutableArray<ResourceAnswer> Items)
{
    /// <summary>Ordered by kind, then name.</summary>
    public static ResourceListAnswer Of(ImmutableArray<Resource> resources, string? kind) => new([
        .. resources
            .Where(resource => kind is null || resource.Kind == kind)
            .OrderBy(resource => resource.Kind, StringComparer.Ordinal)
            .ThenBy(resource => resource.Name, StringComparer.Ordinal)
            .Select(ResourceAnswer.Of)]);
}
