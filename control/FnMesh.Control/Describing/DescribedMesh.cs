using System.Collections.Immutable;
using FnMesh.Control.Nodes;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Describing;

/// <summary>All that a description is made of, at one moment.</summary>
internal sealed record DescribedMesh
{
    /// <summary>What is live.</summary>
    public required PolicyCompilation Policy { get; init; }

    /// <summary>What is wrong with an edit that came after it; empty when there is none.</summary>
    public ImmutableArray<Diagnostic> RefusedEdit { get; init; } = [];

    public required EndpointSnapshot Endpoints { get; init; }

    public ImmutableArray<NodeView> Nodes { get; init; } = [];

    /// <summary>What functions declare in code, of every revision that has said so once.</summary>
    public ImmutableArray<Declaration> Declarations { get; init; } = [];

    /// <summary>Why what a revision declares is left out.</summary>
    public ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> Refusals { get; init; } = ImmutableDictionary<(string, string), ImmutableArray<string>>.Empty;

    /// <summary>Why revisions that do not start do not, where whoever runs them has said so; one line each.</summary>
    public ImmutableDictionary<(string App, string Revision), string> Failures { get; init; } = ImmutableDictionary<(string, string), string>.Empty;

    public PolicySnapshot Snapshot => Policy.Snapshot!;

    public AppEntry? App(string name) => Snapshot.Apps.FirstOrDefault(app => app.Name == name);

    public RevisionEndpoints? EndpointsOf(string app, string revision) => Endpoints.Revisions.FirstOrDefault(known => known.App == app && known.Revision == revision);

    public bool Serves(string app, string revision) => EndpointsOf(app, revision) is { Endpoints.Length: > 0 };

    public Declaration? DeclarationOf(string app, string revision) => Declarations.FirstOrDefault(declared => declared.App == app && declared.Revision == revision);

    /// <summary>The functions of an app, of the latest revision that declares each.</summary>
    public IEnumerable<DeclaredFunction> FunctionsOf(string app) => Declarations
        .Where(declared => declared.App == app)
        .SelectMany(declared => declared.Functions)
        .GroupBy(function => function.Name, StringComparer.Ordinal)
        .Select(same => same.Last())
        .OrderBy(function => function.Name, StringComparer.Ordinal);
}
