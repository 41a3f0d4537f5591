using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record TrafficPolicy(string Name, Origin Origin, ImmutableArray<TargetReference> Targets, TrafficFields Fields)
    : WrittenResource(Name, Origin);
