using System.Collections.Immutable;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads the filters of a rule or of a backend within it.</summary>
internal static class FiltersReader
{
    private static readonly string[] OfHttp = ["CORS", "RequestHeaderModifier", "RequestMirror", "RequestRedirect", "ResponseHeaderModifier", "URLRewrite"];
    private static readonly string[] OfGrpc = ["RequestHeaderModifier", "RequestMirror", "ResponseHeaderModifier"];
    private static readonly string[] Later = ["ExtensionRef", "ExternalAuth"];

    /// <param name="owner">The rule or the backend.</param>
    /// <param name="matches">What the rule matches: the prefix that is replaced is its only one's.</param>
    /// <param name="mirrors">Gets those that copy calls, of which there may be several.</param>
    /// <param name="isGrpc">Whether the rule is a GRPCRoute's, which has fewer filters.</param>
    public static FiltersEntry? Read(FieldReader owner, ImmutableArray<RouteMatchEntry> matches, List<MirrorReference> mirrors, bool isGrpc = false)
    {
        if (owner.List("filters") is not { } list) return null;
        var filters = new FiltersEntry();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in owner.Maps(list, "filters"))
        {
            var type = item.Choice("type", isGrpc ? OfGrpc : OfHttp, Later, required: true);
            // Each is asked for, so that what stands beside the type's own is known and said.
            var before = filters;
            filters = ReadOne(item, "RequestHeaderModifier", type, filters, map => filters with { RequestHeaders = HeaderChangesReader.Read(map) });
            filters = ReadOne(item, "ResponseHeaderModifier", type, filters, map => filters with { ResponseHeaders = HeaderChangesReader.Read(map) });
            filters = ReadOne(item, "RequestMirror", type, filters, map =>
            {
                MirrorReader.Read(map, mirrors);
                return filters;
            });
            if (!isGrpc)
            {
                filters = ReadOne(item, "URLRewrite", type, filters, map => filters with { Rewrite = ReadRewrite(map, matches) });
                filters = ReadOne(item, "RequestRedirect", type, filters, map => filters with { Redirect = ReadRedirect(map, matches) });
                filters = ReadOne(item, "CORS", type, filters, map => filters with { Cors = CorsReader.Read(map) });
            }

            item.Close("extensionRef", "externalAuth");
            if (type is not { } known || known.Value == "RequestMirror" || seen.Add(known.Value)) continue;
            filters = before;
            item.Error(DiagnosticCodes.FiltersExclude, known.Origin, $"the filter {known.Value} stands twice; join the two");
        }

        if (filters is { Rewrite: not null, Redirect: not null })
            owner.Error(DiagnosticCodes.FiltersExclude, list.Origin, "URLRewrite and RequestRedirect stand together; a call is either sent on or sent back");
        return list.Value.IsEmpty ? null : filters;
    }

    private static FiltersEntry ReadOne(FieldReader filter, string name, Written<string>? type, FiltersEntry filters, Func<FieldReader, FiltersEntry> read)
    {
        var field = name switch { "CORS" => "cors", "URLRewrite" => "urlRewrite", _ => char.ToLowerInvariant(name[0]) + name[1..] };
        var isOwn = type is { } known && known.Value == name;
        var changed = filter.Map(field) is { } map ? read(map) : filters;
        if (type is null || filter.Has(field) == isOwn) return changed;
        filter.Error(
            isOwn ? DiagnosticCodes.MissingField : DiagnosticCodes.ExclusiveFields, filter.Place(field),
            isOwn ? $"a filter of type {name} needs '{field}'" : $"a filter of type {type.Value.Value} has no '{field}'; give that a filter of its own, of type {name}");
        return filters;
    }

    private static RewriteEntry ReadRewrite(FieldReader rewrite, ImmutableArray<RouteMatchEntry> matches)
    {
        var hostname = ReadHostname(rewrite);
        var path = ReadPath(rewrite, matches);
        rewrite.Close();
        if (rewrite.Entries.IsEmpty) rewrite.Error(DiagnosticCodes.InvalidValue, rewrite.Origin, "'urlRewrite' changes nothing; give it hostname or path");
        return new RewriteEntry(hostname, path);
    }

    private static RedirectEntry ReadRedirect(FieldReader redirect, ImmutableArray<RouteMatchEntry> matches)
    {
        var scheme = redirect.Choice("scheme", ["http", "https"], [])?.Value;
        var hostname = ReadHostname(redirect);
        var path = ReadPath(redirect, matches);
        var port = redirect.Whole("port", 1, 65535)?.Value;
        var status = redirect.Whole("statusCode", 301, 308);
        redirect.Close();
        if (status is { Value: not (301 or 302 or 303 or 307 or 308) } odd)
            redirect.Error(DiagnosticCodes.OutOfRange, odd.Origin, $"field 'statusCode' must be 301, 302, 303, 307 or 308, not {odd.Value}");
        return new RedirectEntry(scheme, hostname, path, port, status?.Value ?? 302);
    }

    private static string? ReadHostname(FieldReader filter)
    {
        if (filter.Text("hostname") is not { } host) return null;
        var lower = host.Value.ToLowerInvariant();
        if (!Names.IsHostname(lower) || lower.StartsWith('*'))
            filter.Error(DiagnosticCodes.InvalidName, host.Origin, $"{Quoted.Text(host.Value)} is no host name that a call could go to; write a DNS name without port and '*'");
        return lower;
    }

    private static PathChangeEntry? ReadPath(FieldReader filter, ImmutableArray<RouteMatchEntry> matches)
    {
        if (filter.Node("path") is not { } node || FieldReader.Open(node, $"{filter.Name}.path", filter.Diagnostics) is not { } path) return null;
        var type = path.Choice("type", ["ReplaceFullPath", "ReplacePrefixMatch"], [], required: true)?.Value;
        var full = ReadReplacement(path, "replaceFullPath", mayBeEmpty: false);
        var prefix = ReadReplacement(path, "replacePrefixMatch", mayBeEmpty: true);
        path.Close();
        if (type is null) return null;
        var (own, other) = type == "ReplaceFullPath" ? ("replaceFullPath", "replacePrefixMatch") : ("replacePrefixMatch", "replaceFullPath");
        if (path.Has(other)) path.Error(DiagnosticCodes.ExclusiveFields, path.Place(other), $"'{other}' does not go with type {type}");
        if (!path.Has(own)) path.Error(DiagnosticCodes.MissingField, path.Origin, $"field '{own}' is missing beside type {type}");
        if (type == "ReplaceFullPath") return full is null ? null : new PathChangeEntry(full, null);
        if (matches is [{ PathType: PathMatchType.PathPrefix } only]) return prefix is null ? null : new PathChangeEntry(prefix.TrimEnd('/'), only.Path.TrimEnd('/').Length);
        path.Error(DiagnosticCodes.FiltersExclude, path.Place("type"), "ReplacePrefixMatch needs a rule with exactly one match, of type PathPrefix: split the rule");
        return null;
    }

    private static string? ReadReplacement(FieldReader path, string field, bool mayBeEmpty)
    {
        if (path.Node(field) is not { } node) return null;
        if (mayBeEmpty && node is Yaml.YamlScalar { Kind: Yaml.YamlScalarKind.Text, Text: "" }) return "";
        if (ValueReader.Text(node, field, path.Diagnostics) is not { } text) return null;
        if (node is Schemas.Shape shape && mayBeEmpty) shape.Scalar = new Schemas.ScalarShape("string");
        if ((Names.PathFault(text.Value) ?? (FunctionPath.IsReserved(text.Value) ? "belongs to the mesh" : null)) is { } fault)
            path.Error(DiagnosticCodes.InvalidValue, text.Origin, $"the path {Quoted.Text(text.Value)} {fault}");
        return text.Value;
    }
}
