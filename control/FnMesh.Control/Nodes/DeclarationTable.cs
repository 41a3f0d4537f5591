using System.Collections.Immutable;
using FnMesh.Node.Protocol;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Nodes;

/// <summary>What functions declare in code, and what the policy of now has made of it. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class DeclarationTable
{
    private readonly Dictionary<(string App, string Revision), NodeDeclaration> _declarations = [];
    private ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> _refusals = ImmutableDictionary<(string, string), ImmutableArray<string>>.Empty;
    private ImmutableArray<NodeDeclaration> _considered = [];
    private PolicySnapshot? _policy;

    /// <summary>Of revisions that the policy knows or may come to know, in the order of their names.</summary>
    public ImmutableArray<NodeDeclaration> All =>
        [.. _declarations.Values.OrderBy(declared => declared.App, StringComparer.Ordinal).ThenBy(declared => declared.Revision, StringComparer.Ordinal)];

    /// <summary>Keeps what an endpoint declares.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(string app, FunctionEndpoint function)
    {
        if (function.Manifest.Length == 0) return false;
        var key = (app, function.Revision);
        if (_declarations.TryGetValue(key, out var known) && known.Says(function.Manifest.Span)) return false;
        _declarations[key] = new NodeDeclaration(app, function.Revision, function.Manifest.Memory);
        return true;
    }

    /// <inheritdoc cref="NodeTable.Publish"/>
    public void Consider(PolicySnapshot policy, ImmutableArray<NodeDeclaration> considered, ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> refusals)
    {
        (_policy, _considered, _refusals) = (policy, considered, refusals);
        foreach (var gone in _declarations.Keys.Where(declared => !Knows(declared.App, declared.Revision)).ToArray()) _declarations.Remove(gone);
    }

    /// <summary>Why an endpoint does not count; empty when it does, null while that cannot be known.</summary>
    public ImmutableArray<string>? Faults(string app, FunctionEndpoint function)
    {
        if (_policy is null || (function.Manifest.Length > 0 && !IsConsidered(app, function))) return null;
        return Knows(app, function.Revision)
            ? _refusals.GetValueOrDefault((app, function.Revision), [])
            : [$"no FunctionApp named '{app}' has a revision '{function.Revision}'; add it to the policy"];
    }

    private bool IsConsidered(string app, FunctionEndpoint function) =>
        _considered.Any(declared => declared.App == app && declared.Revision == function.Revision && declared.Says(function.Manifest.Span));

    private bool Knows(string app, string revision) => _policy?.Apps.FirstOrDefault(entry => entry.Name == app)?.Revisions.Any(entry => entry.Name == revision) == true;
}
