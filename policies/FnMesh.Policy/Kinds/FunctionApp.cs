using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record FunctionApp(
    string Name, Origin Origin, ImmutableArray<RevisionEntry> Revisions, ImmutableArray<Written<TrafficShare>> Traffic)
    : WrittenResource(Name, Origin)
{
    public override WrittenResource In(string ns) => (FunctionApp)base.In(ns) with
    {
        Revisions = [.. Revisions.Select(revision => revision with { Name = QualifiedName.Of(ns, revision.Name) })],
        Traffic = [.. Traffic.Select(share => share with { Value = share.Value with { Revision = QualifiedName.Of(ns, share.Value.Revision) } })],
    };
}
