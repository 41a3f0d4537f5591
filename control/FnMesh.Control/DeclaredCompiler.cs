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
    /// <summary>The declarations that went into the last compilation, good or not.</summary>
    public ImmutableArray<NodeDeclaration> Considered { get; private set; } = [];

    /// <summary>Why some of them were left out of it.</summary>
    public ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> Refusals { get; private set; } = ImmutableDictionary<(string, string), ImmutableArray<string>>.Empty;

    public PolicyCompilation Compile(IReadOnlyList<PolicySource> sources)
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
        (Considered, Refusals) = (considered, compiled.Faults.AddRange(unreadable));
        return compiled.Compilation;
    }
}
