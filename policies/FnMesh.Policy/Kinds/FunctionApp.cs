using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record FunctionApp(
    string Name, Origin Origin, ImmutableArray<RevisionEntry> Revisions, ImmutableArray<Written<TrafficShare>> Traffic)
    : WrittenResource(Name, Origin);
