namespace FnMesh.Control.Admin;

internal sealed record ResourceList(IReadOnlyList<ResourceAnswer> Items);
