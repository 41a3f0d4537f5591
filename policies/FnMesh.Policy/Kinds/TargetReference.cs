namespace FnMesh.Policy.Kinds;

internal sealed record TargetReference(Reference Reference, Written<string>? SectionName);
