using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Declarations;

/// <summary>A policy of files and of what functions declare in code.</summary>
/// <param name="Compilation">Of the files with every declaration that is good.</param>
/// <param name="Faults">Why the others are left out, by app and revision.</param>
public sealed record DeclaredPolicy(PolicyCompilation Compilation, ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> Faults)
{
    /// <summary>
    /// Compiles. A declaration becomes the documents that a person would write for it; a document of that kind and name in the files takes its place.
    /// A declaration that does not compile refuses its revision alone. Where several revisions of an app declare a function, the last one in the app's list counts.
    /// </summary>
    /// <param name="sources">The files.</param>
    /// <param name="declarations">What is declared; at most one for each revision.</param>
    /// <param name="attributeRoutes">Whether HTTP functions that name a level become routes on the edge, where the Mesh does not say it itself.</param>
    public static DeclaredPolicy Compile(IReadOnlyList<PolicySource> sources, IReadOnlyList<Declaration> declarations, bool attributeRoutes)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(declarations);
        var files = PolicyCompiler.Compile(sources);
        attributeRoutes = files.AttributeRoutes ?? attributeRoutes;
        var faults = ImmutableDictionary.CreateBuilder<(string App, string Revision), ImmutableArray<string>>();
        if (files.Snapshot is not { } snapshot) return new DeclaredPolicy(files, faults.ToImmutable());

        var namesFunctions = snapshot.Authorization.Any(entry => entry.Rules.Any(rule => rule.Operations.Any(operation => operation.Functions is not null)));
        var written = files.Resources.Select(resource => (resource.Kind, resource.QualifiedName)).ToHashSet();
        var good = new SortedDictionary<string, PolicySource>(StringComparer.Ordinal);
        var calls = new Dictionary<(string App, string Revision), (ImmutableArray<DeclaredCall>? Calls, ImmutableArray<UnroutedCall>? Unrouted)>();
        var order = snapshot.Apps.SelectMany(app => app.Revisions, (app, revision) => (app.Name, revision.Name)).ToArray();
        foreach (var declaration in declarations.Where(one => order.Contains((one.App, one.Revision))).OrderBy(one => Array.IndexOf(order, (one.App, one.Revision))))
        {
            var documents = DeclaredDocument.Of(declaration, attributeRoutes).Where(document => !written.Contains((document.Kind, document.Name))).ToArray();
            var compiled = PolicyCompiler.Compile([.. sources, .. documents.Select(document => document.Source)]);
            if (compiled.Snapshot is null)
            {
                faults[(declaration.App, declaration.Revision)] = [.. compiled.Diagnostics.Where(found => found.Severity == Severity.Error).Select(found => found.ToString())];
                continue;
            }

            foreach (var document in documents) good[$"{document.Kind} {document.Name}"] = document.Source;
            var (known, unrouted) = (CallsOf(declaration, namesFunctions), UnroutedOf(declaration, attributeRoutes, written));
            if (known is not null || unrouted is not null) calls[(declaration.App, declaration.Revision)] = (known, unrouted);
        }

        var whole = good.Count == 0 ? files : PolicyCompiler.Compile([.. sources, .. good.Values]);
        return new DeclaredPolicy(calls.Count == 0 || whole.Snapshot is null ? whole : whole with { Snapshot = With(whole.Snapshot, calls) }, faults.ToImmutable());
    }

    /// <summary>All functions for calls where one of them is idempotent, or rules name functions: either takes knowing every function that a call may reach.</summary>
    private static ImmutableArray<DeclaredCall>? CallsOf(Declaration declaration, bool namesFunctions)
    {
        var http = declaration.Functions.Where(function => function.Trigger == DeclaredTrigger.Http).ToArray();
        return http.Any(function => namesFunctions || function.Idempotent)
            ? [.. http.OrderBy(function => function.Name, StringComparer.Ordinal).Select(function => new DeclaredCall([.. function.Methods.Order(StringComparer.Ordinal)], function.Route ?? "", function.Idempotent, function.Name))]
            : null;
    }

    private static ImmutableArray<UnroutedCall>? UnroutedOf(Declaration declaration, bool attributeRoutes, HashSet<(string Kind, string Name)> written)
    {
        UnroutedCall[] unrouted =
        [
            .. from function in declaration.Functions
               where function.Trigger == DeclaredTrigger.Http && !DeclaredDocument.IsRoute(function, attributeRoutes) && !written.Contains((DeclaredDocument.Route, DeclaredDocument.NameOf(declaration.App, function.Name)))
               select new UnroutedCall(function.Name, [.. function.Methods.Order(StringComparer.Ordinal)], function.Route ?? "", function.Level),
        ];
        return unrouted.Length == 0 ? null : [.. unrouted.OrderBy(call => call.Function, StringComparer.Ordinal)];
    }

    private static PolicySnapshot With(PolicySnapshot snapshot, Dictionary<(string App, string Revision), (ImmutableArray<DeclaredCall>? Calls, ImmutableArray<UnroutedCall>? Unrouted)> calls) => PolicySnapshotJson.WithHash(snapshot with
    {
        Apps =
        [
            .. snapshot.Apps.Select(app => app with
            {
                Revisions = [.. app.Revisions.Select(revision => calls.TryGetValue((app.Name, revision.Name), out var known) ? revision with { Calls = known.Calls, Unrouted = known.Unrouted } : revision)],
            }),
        ],
    });
}
