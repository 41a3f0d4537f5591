using System.Collections.Immutable;
using FnMesh.Policy.Effective;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <param name="Resilience">What gateways do.</param>
/// <param name="Fields">The same for people, each value with its origin.</param>
internal readonly record struct WayPolicy(ResilienceEntry Resilience, ImmutableArray<EffectiveField> Fields);
