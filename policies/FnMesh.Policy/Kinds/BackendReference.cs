using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <param name="Reference">What is named.</param>
/// <param name="Weight">Its share.</param>
/// <param name="Filters">What is done to calls that go there; null for nothing.</param>
/// <param name="Fault">Why a route cannot lead there whatever the name means; null when the name decides.</param>
internal sealed record BackendReference(Reference Reference, int Weight, FiltersEntry? Filters = null, string? Fault = null)
{
    /// <summary>Whether another route decides where the calls go.</summary>
    public bool IsRoute => Fault is null && Reference.Kind is { Value: "HTTPRoute" };

    /// <summary>Who gets copies of the calls that go there.</summary>
    public ImmutableArray<MirrorReference> Mirrors { get; init; } = [];
}
