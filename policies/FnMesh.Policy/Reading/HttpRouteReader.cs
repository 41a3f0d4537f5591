using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class HttpRouteReader
{
    private static readonly RouteMatchEntry Everything = new() { PathType = PathMatchType.PathPrefix, Path = "/", Headers = [] };

    public static HttpRoute Read(string name, Origin origin, FieldReader spec)
    {
        var parents = ReferenceReader.ReadParents(spec);
        var hostnames = ReadHostnames(spec);
        var rules = ReadRules(spec, ReadRule);
        spec.Close("useDefaultGateways");
        return new HttpRoute(name, origin, parents, hostnames, rules);
    }

    internal static ImmutableArray<HttpRouteRule> ReadRules(FieldReader spec, Func<FieldReader, HttpRouteRule> read)
    {
        var rules = ImmutableArray.CreateBuilder<HttpRouteRule>();
        var names = new Dictionary<string, Origin>(StringComparer.Ordinal);
        foreach (var item in spec.Maps(spec.FilledList("rules", required: true), "rules"))
        {
            var rule = read(item);
            rules.Add(rule);
            if (rule.Name is { } written && !names.TryAdd(written.Value, written.Origin))
                spec.Error(DiagnosticCodes.DuplicateName, written.Origin,
                    $"the rule name {Quoted.Text(written.Value)} stands twice; the first is at {names[written.Value]}");
        }


        return rules.ToImmutable();
    }

    private static HttpRouteRule ReadRule(FieldReader rule)
    {
        var name = rule.Label("name");
        var matches = rule.Maps(rule.List("matches"), "matches").Select(ReadMatch).ToImmutableArray();
        if (matches.IsEmpty) matches = [Everything];
        var mirrors = new List<MirrorReference>();
        var filters = FiltersReader.Read(rule, matches, mirrors);
        var backends = RouteBackendsReader.Read(rule, matches, filters);
        var traffic = TrafficFieldsReader.ReadRoute(rule);
        var session = SessionReader.Read(rule);
        rule.Close();
        return new HttpRouteRule(name, rule.Origin, matches, backends, traffic, filters) { Session = session, Mirrors = [.. mirrors] };
    }

    internal static ImmutableArray<string> ReadHostnames(FieldReader spec)
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
        var query = ReadQuery(match);
        match.Close();
        return new RouteMatchEntry { PathType = type, Path = path, Method = method?.Value, Headers = headers, QueryParams = query };
    }

    private static (PathMatchType Type, string Path) ReadPath(FieldReader path)
    {
        var type = path.Choice("type", ["Exact", "PathPrefix", "RegularExpression"], []);
        var value = path.Text("value");
        path.Close();
        if (type?.Value == "RegularExpression")
        {
            if (value is null) path.Error(DiagnosticCodes.MissingField, path.Origin, "a path of type RegularExpression needs 'value', a pattern that the whole path fits");
            else CheckPattern(path, value.Value);
            return (PathMatchType.RegularExpression, value?.Value ?? "");
        }

        var exact = type?.Value == "Exact";
        if (value is not { } written) return (exact ? PathMatchType.Exact : PathMatchType.PathPrefix, "/");
        if (!(path.Has("type") && type is null) && Names.PathFault(written.Value) is { } fault)
            path.Error(DiagnosticCodes.InvalidValue, written.Origin, $"the path {Quoted.Text(written.Value)} {fault}");
        if (exact) return (PathMatchType.Exact, written.Value);
        var prefix = written.Value.TrimEnd('/');
        return (PathMatchType.PathPrefix, prefix.Length == 0 ? "/" : prefix);
    }

    internal static void CheckPattern(FieldReader reader, Written<string> pattern)
    {
        if (RoutePattern.Fault(pattern.Value) is { } fault) reader.Error(DiagnosticCodes.InvalidPattern, pattern.Origin, $"{Quoted.Text(pattern.Value)} {fault}");
    }

    private static ImmutableArray<QueryMatchEntry>? ReadQuery(FieldReader match)
    {
        var query = new SortedDictionary<string, QueryMatchEntry>(StringComparer.Ordinal);
        foreach (var item in match.Maps(match.List("queryParams"), "queryParams"))
        {
            var isPattern = item.Choice("type", ["Exact", "RegularExpression"], [])?.Value == "RegularExpression";
            var name = item.Text("name", required: true);
            var value = item.Text("value", required: true);
            item.Close();
            if (name is not { } parameter || value is not { } text) continue;
            if (isPattern) CheckPattern(item, text);
            if (!query.TryAdd(parameter.Value, new QueryMatchEntry(parameter.Value, text.Value, isPattern ? true : null)))
                item.Error(DiagnosticCodes.DuplicateName, parameter.Origin, $"the query parameter {Quoted.Text(parameter.Value)} is matched twice; only its first value counts");
        }

        return query.Count == 0 ? null : [.. query.Values];
    }

    internal static ImmutableArray<HeaderMatchEntry> ReadHeaders(FieldReader match)
    {
        var headers = new SortedDictionary<string, HeaderMatchEntry>(StringComparer.Ordinal);
        foreach (var item in match.Maps(match.List("headers"), "headers"))
        {
            var isPattern = item.Choice("type", ["Exact", "RegularExpression"], [])?.Value == "RegularExpression";
            var name = item.Text("name", required: true);
            var value = item.Text("value", required: true);
            item.Close();
            if (isPattern && value is { } pattern) CheckPattern(item, pattern);
            if (name is not { } header) continue;
            if (!Names.IsToken(header.Value))
                item.Error(DiagnosticCodes.InvalidName, header.Origin, $"{Quoted.Text(header.Value)} is no header name");
            var lower = header.Value.ToLowerInvariant();
            if (!headers.TryAdd(lower, new HeaderMatchEntry(lower, value?.Value ?? "", isPattern ? true : null)))
                item.Error(DiagnosticCodes.DuplicateName, header.Origin, $"the header {Quoted.Text(header.Value)} is matched twice; one request cannot have both values");
        }

        return [.. headers.Values];
    }
}
