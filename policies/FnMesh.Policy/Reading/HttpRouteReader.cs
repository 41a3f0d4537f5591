using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

internal static class HttpRouteReader
{
    private static readonly RouteMatchEntry Everything = new() { PathType = PathMatchType.PathPrefix, Path = "/", Headers = [] };

    public static HttpRoute Read(string name, Origin origin, FieldReader spec)
    {
        var parents = ReferenceReader.ReadParents(spec);
        var hostnames = ReadHostnames(spec);
        var rules = ImmutableArray.CreateBuilder<HttpRouteRule>();
        var names = new Dictionary<string, Origin>(StringComparer.Ordinal);
        foreach (var item in spec.Maps(spec.FilledList("rules", required: true), "rules"))
        {
            var rule = ReadRule(item);
            rules.Add(rule);
            if (rule.Name is { } written && !names.TryAdd(written.Value, written.Origin))
                spec.Error(DiagnosticCodes.DuplicateName, written.Origin,
                    $"the rule name {Quoted.Text(written.Value)} stands twice; the first is at {names[written.Value]}");
        }

        spec.Close("useDefaultGateways");
        return new HttpRoute(name, origin, parents, hostnames, rules.ToImmutable());
    }

    private static HttpRouteRule ReadRule(FieldReader rule)
    {
        var name = rule.Label("name");
        var matches = rule.Maps(rule.List("matches"), "matches").Select(ReadMatch).ToImmutableArray();
        var backends = ReferenceReader.ReadBackends(rule);
        var traffic = TrafficFieldsReader.ReadRoute(rule);
        var session = SessionReader.Read(rule);
        rule.Close("filters");
        if (backends.IsEmpty && (rule.Node("backendRefs") is null or YamlList { Items.IsEmpty: true }) && !rule.Has("filters"))
            rule.Diagnostics.Warning(DiagnosticCodes.RuleWithoutBackends, rule.Origin, "this rule has no backendRefs, so it answers every call with 500");
        return new HttpRouteRule(name, rule.Origin, matches.IsEmpty ? [Everything] : matches, backends, traffic) { Session = session };
    }

    private static ImmutableArray<string> ReadHostnames(FieldReader spec)
    {
        var hosts = ImmutableArray.CreateBuilder<string>();
        foreach (var host in spec.Texts(spec.List("hostnames"), "hostnames"))
        {
            var lower = host.Value.ToLowerInvariant();
            if (!Names.IsHostname(lower))
                spec.Error(DiagnosticCodes.InvalidName, host.Origin,
                    $"{Quoted.Text(host.Value)} is no host name; write a DNS name without port, such as 'shop.example' or '*.shop.example'");
            else if (!hosts.Contains(lower)) hosts.Add(lower);
        }

        return hosts.ToImmutable();
    }

    private static RouteMatchEntry ReadMatch(FieldReader match)
    {
        var (type, path) = match.Map("path") is { } map ? ReadPath(map) : (PathMatchType.PathPrefix, "/");
        var method = match.Choice("method", Names.Methods, []);
        var headers = ReadHeaders(match);
        match.Close("queryParams");
        return new RouteMatchEntry { PathType = type, Path = path, Method = method?.Value, Headers = headers };
    }

    private static (PathMatchType Type, string Path) ReadPath(FieldReader path)
    {
        var type = path.Choice("type", ["Exact", "PathPrefix"], ["RegularExpression"]);
        var value = path.Text("value");
        path.Close();
        var exact = type?.Value == "Exact";
        if (value is not { } written) return (exact ? PathMatchType.Exact : PathMatchType.PathPrefix, "/");
        if (!(path.Has("type") && type is null) && Names.PathFault(written.Value) is { } fault)
            path.Error(DiagnosticCodes.InvalidValue, written.Origin, $"the path {Quoted.Text(written.Value)} {fault}");
        if (exact) return (PathMatchType.Exact, written.Value);
        var prefix = written.Value.TrimEnd('/');
        return (PathMatchType.PathPrefix, prefix.Length == 0 ? "/" : prefix);
    }

    private static ImmutableArray<HeaderMatchEntry> ReadHeaders(FieldReader match)
    {
        var headers = new SortedDictionary<string, HeaderMatchEntry>(StringComparer.Ordinal);
        foreach (var item in match.Maps(match.List("headers"), "headers"))
        {
            item.Choice("type", ["Exact"], ["RegularExpression"]);
            var name = item.Text("name", required: true);
            var value = item.Text("value", required: true);
            item.Close();
            if (name is not { } header) continue;
            if (!Names.IsToken(header.Value))
                item.Error(DiagnosticCodes.InvalidName, header.Origin, $"{Quoted.Text(header.Value)} is no header name");
            var lower = header.Value.ToLowerInvariant();
            if (!headers.TryAdd(lower, new HeaderMatchEntry(lower, value?.Value ?? "")))
                item.Error(DiagnosticCodes.DuplicateName, header.Origin, $"the header {Quoted.Text(header.Value)} is matched twice; one request cannot have both values");
        }

        return [.. headers.Values];
    }
}
