using System.Collections.Immutable;
using FnMesh.Control.Nodes;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Http;

/// <summary>Every function: what code declares, and what routes and subscriptions lead to in apps that declare nothing of it.</summary>
internal sealed record FunctionListAnswer(ImmutableArray<FunctionAnswer> Items)
{
    public static FunctionListAnswer Of(PolicySnapshot policy, ImmutableArray<NodeDeclaration> declarations)
    {
        var declared = Declared(policy, declarations).ToArray();
        var names = declared.Select(function => (function.App, DeclaredDocument.NameOf(function.App, function.Name))).ToHashSet();
        return new(
        [
            .. declared.Concat(Routes(policy).Concat(Subscriptions(policy)).Where(function => !names.Contains((function.App, function.Name))))
                .DistinctBy(function => (function.App, function.Name, function.Trigger))
                .OrderBy(function => function.App, StringComparer.Ordinal).ThenBy(function => function.Name, StringComparer.Ordinal),
        ]);
    }

    /// <summary>Where several revisions declare a function, the last one in the app's list counts.</summary>
    private static IEnumerable<FunctionAnswer> Declared(PolicySnapshot policy, ImmutableArray<NodeDeclaration> declarations) =>
        from app in policy.Apps
        let announced = from revision in app.Revisions.Reverse()
                        from declaration in declarations
                        where declaration.App == app.Name && declaration.Revision == revision.Name
                        from function in DeclarationJson.Read(declaration.Json.Span, out _)?.Functions ?? []
                        select function
        from function in announced.DistinctBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
        select new FunctionAnswer(app.Name, function.Name, Word(function.Trigger), function.Methods, function.Route, function.Target, function.EventTypes);

    private static IEnumerable<FunctionAnswer> Routes(PolicySnapshot policy) =>
        from route in policy.Routes
        from rule in route.Rules
        from app in rule.Backends.Take(1)
        let methods = rule.Matches.All(match => match.Method is not null) ? rule.Matches.Select(match => match.Method!).Distinct().ToImmutableArray() : []
        select new FunctionAnswer(app.App, rule.Name ?? route.Name, Word(DeclaredTrigger.Http), methods, null, rule.Matches[0].Path, []);

    private static IEnumerable<FunctionAnswer> Subscriptions(PolicySnapshot policy) =>
        from subscription in policy.Subscriptions
        from app in subscription.Sink.Backends.Take(1)
        select new FunctionAnswer(app.App, subscription.Name, Word(DeclaredTrigger.Event), [], null, subscription.Sink.Uri, subscription.Types);

    private static string Word(DeclaredTrigger trigger) => trigger switch
    {
        DeclaredTrigger.Http => "http",
        DeclaredTrigger.Event => "event",
        _ => "timer",
    };
}
