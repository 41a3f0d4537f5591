using System.Collections.Immutable;

using FnMesh.Cli.Output;
using FnMesh.Control.Nodes;
using FnMesh.Policy.Compilation;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Cli.Up;

/// <summary>What leads to which app: routes with method and URL, subscriptions with their types, splits in percent.</summary>
internal static class FunctionTable
{
    private const string Nothing = "-";

    public static string Render(PolicySnapshot policy, Uri gateway, IReadOnlyList<NodeDeclaration>? declarations = null) => TextTable.Render(Rows(policy, gateway, declarations));

    /// <summary>What differs between two tables: rows that are new or other than before, and, by name alone, those that are gone. Empty when nothing does.</summary>
    public static string Changes(IReadOnlyList<string[]> before, IReadOnlyList<string[]> after)
    {
        var (old, now, apps) = (before.Select(Line).ToHashSet(StringComparer.Ordinal), after.Select(row => (row[0], row[1])).ToHashSet(), after.Select(row => row[0]).ToHashSet(StringComparer.Ordinal));
        var rows = after.Where(row => !old.Contains(Line(row))).ToList();
        // That nothing led to an app is no function that could be gone.
        rows.AddRange(before.Where(row => !now.Contains((row[0], row[1])) && (row[1] != Nothing || !apps.Contains(row[0]))).DistinctBy(row => (row[0], row[1])).Select(row => new[] { row[0], row[1], "-", "gone", "" }));
        return rows.Count == 0 ? "" : TextTable.Render(rows);
    }

    /// <summary>The table, unrendered.</summary>
    public static IReadOnlyList<string[]> Rows(PolicySnapshot policy, Uri gateway, IReadOnlyList<NodeDeclaration>? declarations = null)
    {
        var rows = new List<string[]>();
        var led = Routes(policy, gateway).Concat(Subscriptions(policy)).ToArray();
        var ways = led.Concat(Inside(declarations ?? [], led.Select(way => (way.App, way.Name)).ToHashSet())).ToLookup(way => way.App, StringComparer.Ordinal);
        var declared = Declared(declarations ?? []);
        string Shown(Way way) => declared.GetValueOrDefault((way.App, way.Name), way.Name);
        foreach (var app in policy.Apps)
        {
            foreach (var way in ways[app.Name].DefaultIfEmpty(new Way(app.Name, Nothing, "-", "nothing leads here yet", "")))
                rows.Add([way.App, Shown(way), way.Trigger, way.Target, way.Split]);
        }

        rows.AddRange(ways.Where(group => policy.Apps.All(app => app.Name != group.Key)).SelectMany(group => group)
            .Select(way => new[] { way.App, Shown(way), way.Trigger, way.Target, way.Split }));
        return rows;
    }

    private static string Line(string[] row) => string.Join('\0', row);

    private static IEnumerable<Way> Routes(PolicySnapshot policy, Uri gateway)
    {
        // On the edge alone: what a route has elsewhere it may still get.
        var taken = SameMatches.Find(policy.Routes).Where(one => one.Parent == "edge").ToLookup(one => (one.Route.Name, one.Match, one.Host));
        return from route in policy.Routes
               from rule in route.Rules
               from match in rule.Matches
               from place in Places(policy, route, gateway)
               from host in place.Hosts.DefaultIfEmpty("")
               let winner = taken[(route.Name, match, host)].FirstOrDefault()?.Winner.Name
               from app in Apps(rule.Backends)
               select new Way(
                   app, rule.Name ?? FunctionOf(app, route.Name), match.Method ?? "ANY", $"{place.Scheme}://{(host.Length > 0 ? host : gateway.Host)}:{place.Port}{match.Path}{Rest(match)}{Headers(match)}",
                   winner is null ? Split(policy, rule.Backends) : $"(no call: {winner} matches the same)");
    }

    /// <summary>Where a route is: at listeners of Gateways, with the hosts that it holds for there, and else at the edge's port.</summary>
    private static IEnumerable<(string Scheme, int Port, ImmutableArray<string> Hosts)> Places(PolicySnapshot policy, RouteEntry route, Uri gateway)
    {
        var listeners = from one in policy.Gateways ?? []
                        from listener in one.Listeners
                        where route.Parents.Contains(ListenerEntry.ParentOf(one.Name, listener.Name))
                        select (listener.Tls is null ? "http" : "https", listener.Port, HostnameIntersection.Of(listener.Hostname, route.Hostnames) ?? []);
        return route.Parents.Any(static parent => !parent.Contains('/', StringComparison.Ordinal)) ? listeners.Prepend((gateway.Scheme, gateway.Port, route.Hostnames)) : listeners;
    }

    /// <summary>A prefix is no address by itself; <c>/</c> is.</summary>
    private static string Rest(RouteMatchEntry match) => match.PathType == PathMatchType.PathPrefix && match.Path != "/" ? "/*" : "";

    /// <summary>What code declares and no route or subscription leads to: functions for the mesh alone, and timers.</summary>
    private static IEnumerable<Way> Inside(IReadOnlyList<NodeDeclaration> declarations, HashSet<(string App, string Name)> led) =>
        (from declared in declarations
         from function in DeclarationJson.Read(declared.Json.Span, out _)?.Functions ?? []
         where function.Trigger != DeclaredTrigger.Event && !led.Contains((declared.App, FunctionOf(declared.App, DeclaredDocument.NameOf(declared.App, function.Name))))
         select function.Trigger == DeclaredTrigger.Http
             ? new Way(declared.App, function.Name, function.Methods.IsEmpty ? "ANY" : string.Join(' ', function.Methods), $"http://{declared.App}/{function.Route}", function.Level is null ? "(mesh)" : $"(mesh; keys for level {function.Level} are not supported yet)")
             : new Way(declared.App, function.Name, "timer", "by the clock", "")).DistinctBy(way => (way.App, way.Name));

    /// <summary>What functions are called in code, by the app and the name that a route or subscription of theirs has.</summary>
    private static Dictionary<(string App, string Name), string> Declared(IReadOnlyList<NodeDeclaration> declarations)
    {
        var names = new Dictionary<(string App, string Name), string>();
        foreach (var declared in declarations)
        {
            foreach (var function in DeclarationJson.Read(declared.Json.Span, out _)?.Functions ?? [])
                names[(declared.App, FunctionOf(declared.App, DeclaredDocument.NameOf(declared.App, function.Name)))] = function.Name;
        }

        return names;
    }

    private static string Headers(RouteMatchEntry match) =>
        match.Headers.IsEmpty ? "" : $" with {string.Join(", ", match.Headers.Select(header => $"{header.Name}: {header.Value}"))}";

    private static IEnumerable<Way> Subscriptions(PolicySnapshot policy) =>
        from subscription in policy.Subscriptions
        from app in subscription.Sink.Backends.IsEmpty ? [subscription.Sink.Uri] : Apps(subscription.Sink.Backends)
        select new Way(
            app,
            FunctionOf(app, subscription.Name),
            "on",
            subscription.Types.IsEmpty ? "every event" : string.Join(", ", subscription.Types),
            Split(policy, subscription.Sink.Backends));

    /// <summary>What attributes declare is called APP-FUNCTION.</summary>
    private static string FunctionOf(string app, string name) => name.StartsWith(app + "-", StringComparison.Ordinal) ? name[(app.Length + 1)..] : name;

    private static IEnumerable<string> Apps(ImmutableArray<BackendEntry> backends) =>
        backends.Select(backend => backend.App).Distinct(StringComparer.Ordinal);

    /// <summary>Empty when there is no choice.</summary>
    private static string Split(PolicySnapshot policy, ImmutableArray<BackendEntry> backends)
    {
        var sum = backends.Sum(backend => (double)backend.Weight);
        if (sum <= 0)
            return "";
        var shares =
            from backend in backends
            from share in Shares(policy, backend)
            let percent = backend.Weight / sum * share.Percent
            where percent > 0
            select $"{share.Revision} {percent:0.##} %";
        var all = shares.ToArray();
        return all.Length > 1 ? string.Join("  ", all) : "";
    }

    private static ImmutableArray<TrafficShare> Shares(PolicySnapshot policy, BackendEntry backend)
    {
        var traffic = policy.Apps.FirstOrDefault(app => app.Name == backend.App)?.Traffic ?? [];
        return backend.Revision is null && !traffic.IsEmpty ? traffic : [new TrafficShare(backend.Revision ?? backend.App, 100)];
    }

    private sealed record Way(string App, string Name, string Trigger, string Target, string Split);
}
