namespace FnMesh.Policy.Kinds;

internal sealed record BackendReference(Reference Reference, int Weight);
