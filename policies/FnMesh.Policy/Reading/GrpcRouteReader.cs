using System.Collections.Immutable;
using System.Text.RegularExpressions;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads a GRPCRoute. What gRPC calls service and method is the path <c>/SERVICE/METHOD</c>, so that its matches are matches of paths.</summary>
internal static partial class GrpcRouteReader
{
    private const string Any = "[^/]+";

    private static readonly RouteMatchEntry Everything = new() { PathType = PathMatchType.PathPrefix, Path = "/", Headers = [], IsGrpc = true };

    public static GrpcRoute Read(string name, Origin origin, FieldReader spec)
    {
        var parents = ReferenceReader.ReadParents(spec, isGrpc: true);
        var hostnames = HttpRouteReader.ReadHostnames(spec);
        var rules = HttpRouteReader.ReadRules(spec, ReadRule);
        spec.Close("useDefaultGateways");
        return new GrpcRoute(name, origin, parents, hostnames, rules);
    }

    private static HttpRouteRule ReadRule(FieldReader rule)
    {
        var name = rule.Label("name");
        var matches = rule.Maps(rule.List("matches"), "matches").Select(ReadMatch).ToImmutableArray();
        if (matches.IsEmpty) matches = [Everything];
        var mirrors = new List<MirrorReference>();
        var filters = FiltersReader.Read(rule, matches, mirrors, isGrpc: true);
        var backends = RouteBackendsReader.Read(rule, matches, filters, isGrpc: true);
        var session = SessionReader.Read(rule);
        rule.Close();
        return new HttpRouteRule(name, rule.Origin, matches, backends, TrafficFields.None, filters) { Session = session, Mirrors = [.. mirrors] };
    }

    private static RouteMatchEntry ReadMatch(FieldReader match)
    {
        // By another name than a route's own, which is a word.
        var method = match.Node("method") is { } node && FieldReader.Open(node, "method", match.Diagnostics) is { } map ? ReadMethod(map) : Everything;
        var headers = HttpRouteReader.ReadHeaders(match);
        match.Close();
        return method with { Headers = headers };
    }

    private static RouteMatchEntry ReadMethod(FieldReader method)
    {
        var isPattern = method.Choice("type", ["Exact", "RegularExpression"], [])?.Value == "RegularExpression";
        var service = method.Text("service");
        var called = method.Text("method");
        method.Close();
        if (service is null && called is null)
        {
            if (!method.Has("service") && !method.Has("method"))
                method.Error(DiagnosticCodes.MissingField, method.Origin, "'method' needs 'service', 'method' or both");
            return Everything;
        }

        if (isPattern)
        {
            foreach (var part in new[] { service, called })
            {
                if (part is { } pattern) HttpRouteReader.CheckPattern(method, pattern);
            }

            return Everything with { PathType = PathMatchType.RegularExpression, Path = $"/(?:{service?.Value ?? Any})/(?:{called?.Value ?? Any})" };
        }

        Check(method, service, Service());
        Check(method, called, Method());
        return (service, called) switch
        {
            ({ } whose, { } which) => Everything with { PathType = PathMatchType.Exact, Path = $"/{whose.Value}/{which.Value}" },
            ({ } whose, null) => Everything with { Path = $"/{whose.Value}" },
            _ => Everything with { GrpcMethod = called!.Value.Value },
        };
    }

    private static void Check(FieldReader method, Written<string>? name, Regex form)
    {
        if (name is { } written && !form.IsMatch(written.Value))
            method.Error(DiagnosticCodes.InvalidName, written.Origin, $"{Quoted.Text(written.Value)} is no name in gRPC; write a service as 'package.Service' and a method as 'Method'");
    }

    [GeneratedRegex(@"\A\.?[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Service();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z_0-9]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Method();
}
