using System.Collections.Immutable;
using FnMesh.Control.Nodes;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;

namespace FnMesh.Control;

/// <summary>Compiles files together with what nodes announced that functions declare in code. Used by one loop.</summary>
/// <param name="declarations">What is announced at a moment.</param>
/// <param name="attributeRoutes">Whether HTTP functions that name a level become routes on the edge.</param>
internal sealed class DeclaredCompiler(Func<ImmutableArray<NodeDeclaration>> declarations, bool attributeRoutes)
{
    private ImmutableDictionary<(string App, string Revision), Declaration> _lastGood = ImmutableDictionary<(string, string), Declaration>.Empty;

    /// <summary>The declarations that went into the last compilation, good or not.</summary>
    public ImmutableArray<NodeDeclaration> Considered { get; private set; } = [];

    /// <summary>Why some of them were left out of it.</summary>
    public ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> Refusals { get; private set; } = ImmutableDictionary<(string, string), ImmutableArray<string>>.Empty;

    /// <summary>Those of them that can be read.</summary>
    public ImmutableArray<Declaration> Readable { get; private set; } = [];

    public PolicyCompilation Compile(IReadOnlyList<PolicySource> sources)
    {
        var (compiled, considered, readable, unreadable) = Evaluate(sources);
        (Considered, Readable, Refusals) = (considered, readable, compiled.Faults.SetItems(unreadable));
        if (compiled.Compilation.Snapshot is { } snapshot)
        {
            // Of revisions that the policy names alone: anybody may announce any other.
            var known = snapshot.Apps.SelectMany(app => app.Revisions, (app, revision) => (app.Name, revision.Name)).ToHashSet();
            var good = readable.Where(one => !Refusals.ContainsKey((one.App, one.Revision))).Select(one => KeyValuePair.Create((one.App, one.Revision), one));
            _lastGood = _lastGood.SetItems(good).Where(pair => known.Contains(pair.Key)).ToImmutableDictionary();
        }

        return compiled.Compilation;
    }

    /// <summary>What would come of files now, from any thread.</summary>
    public PolicyCompilation Try(IReadOnlyList<PolicySource> sources) => Evaluate(sources).Compiled.Compilation;

    private (DeclaredPolicy Compiled, ImmutableArray<NodeDeclaration> Considered, ImmutableArray<Declaration> Readable, IDictionary<(string App, string Revision), ImmutableArray<string>> Unreadable) Evaluate(IReadOnlyList<PolicySource> sources)
    {
        var considered = declarations();
        var unreadable = ImmutableDictionary.CreateBuilder<(string App, string Revision), ImmutableArray<string>>();
        var readable = new List<Declaration>();
        foreach (var announced in considered)
        {
            // Who announced it, not what it says of itself, decides whose it is.
            if (DeclarationJson.Read(announced.Json.Span, out var fault) is { } read) readable.Add(read with { App = announced.App, Revision = announced.Revision });
            else unreadable[(announced.App, announced.Revision)] = [$"what is declared in code cannot be read: {fault}"];
        }

        var compiled = DeclaredPolicy.Compile(sources, readable, attributeRoutes);
        // What is refused changes nothing: the endpoints that stand serve what the revision declared before.
        var refused = compiled.Faults.Keys.Concat(unreadable.Keys).Where(_lastGood.ContainsKey).ToHashSet();
        if (refused.Count > 0)
        {
            var standing = DeclaredPolicy.Compile(sources, [.. readable.Where(one => !refused.Contains((one.App, one.Revision))), .. refused.Select(key => _lastGood[key])], attributeRoutes);
            compiled = standing with { Faults = standing.Faults.SetItems(compiled.Faults) };
        }

        return (compiled, considered, [.. readable], unreadable);
    }
}
