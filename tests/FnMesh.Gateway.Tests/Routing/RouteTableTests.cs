using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Routing;

/// <summary>Gateway API v1, HTTPRouteSpec.hostnames and HTTPRouteRule.matches: which of several matches wins.</summary>
public sealed class RouteTableTests
{
    [Theory]
    [InlineData("/", "root")]
    [InlineData("/other", "root")]
    [InlineData("/prices", "prices")]
    [InlineData("/prices/", "prices")]
    [InlineData("/prices/7", "prices")]
    [InlineData("/prices/special/7", "special")]
    [InlineData("/pricesX", "root")]
    [InlineData("/prices/exact", "exact")]
    [InlineData("/prices/exact/7", "prices")]
    [InlineData("/Prices", "root")]
    public void An_exact_path_wins_over_the_longest_prefix_of_whole_elements(string path, string rule) => Assert.Equal(rule, Find(
        "GET", "shop", path, [],
        Match("root", "/"), Match("prices", "/prices"), Match("special", "/prices/special"), Match("exact", "/prices/exact", PathMatchType.Exact)));

    [Fact]
    public void A_method_match_wins_over_header_matches_on_the_same_path() => Assert.Equal("method", Find(
        "POST", "shop", "/a", [("x", "1")],
        Match("headers", "/a", headers: [("x", "1")]), Match("method", "/a", method: "POST")));

    [Fact]
    public void More_header_matches_win_over_fewer() => Assert.Equal("two", Find(
        "GET", "shop", "/a", [("x", "1"), ("y", "2")],
        Match("one", "/a", headers: [("x", "1")]), Match("two", "/a", headers: [("x", "1"), ("y", "2")])));

    [Fact]
    public void Of_equal_matches_the_first_wins() => Assert.Equal("first", Find("GET", "shop", "/a", [], Match("first", "/a"), Match("second", "/a")));

    [Fact]
    public void A_longer_prefix_that_fails_on_its_headers_leaves_the_call_to_a_shorter_one() => Assert.Equal("short", Find(
        "GET", "shop", "/a/b", [], Match("short", "/a"), Match("long", "/a/b", headers: [("x", "1")])));

    [Theory]
    [InlineData("shop.example", "exact")]
    [InlineData("SHOP.example", "exact")]
    [InlineData("a.shop.example", "deep")]
    [InlineData("a.b.shop.example", "deep")]
    [InlineData("other.example", "wide")]
    [InlineData("example", "any")]
    [InlineData("elsewhere", "any")]
    public void The_most_specific_host_name_wins(string host, string rule) => Assert.Equal(rule, Find(
        "GET", host, "/", [],
        Match("any", "/"), Match("wide", "/", hosts: ["*.example"]), Match("deep", "/", hosts: ["*.shop.example"]), Match("exact", "/", hosts: ["shop.example"])));

    [Theory]
    [InlineData("/items/42", "digits")]
    [InlineData("/items/special", "words")]
    [InlineData("/items/x/42", "deep")]
    [InlineData("/other/42", "any")]
    [InlineData("/items", "root")]
    public void The_longest_of_the_patterns_that_fit_wins_whatever_they_begin_with(string path, string rule) => Assert.Equal(rule, Find(
        "GET", "shop", path, [],
        Match("root", "/"), Pattern("any", "/[a-z]+/[0-9]+"), Pattern("words", "/(items|things)/[a-z]{1,20}"), Pattern("digits", "/items/[0-9][0-9]?[0-9]?"), Pattern("deep", "/items/x/[0-9]+")));

    [Fact]
    public void A_pattern_of_the_same_length_leaves_the_call_to_the_next_when_its_headers_do_not_hold() => Assert.Equal("second", Find(
        "GET", "shop", "/a/1", [("x", "2")],
        Match("first", "/a/[0-9]", PathMatchType.RegularExpression, headers: [("x", "1")]), Pattern("second", "/a/[0-9]")));

    [Fact]
    public void Without_a_match_there_is_no_rule() => Assert.Null(Find("GET", "shop", "/b", [], Match("a", "/a")));

    private static (IReadOnlyList<string> Hosts, RouteMatch Match) Pattern(string name, string path) => Match(name, path, PathMatchType.RegularExpression);

    private static string? Find(string method, string host, string path, (string, string)[] headers, params (IReadOnlyList<string>, RouteMatch)[] matches)
    {
        var envelope = new Envelope
        {
            Kind = EnvelopeKind.Call,
            Table = RoutingTable.None,
            Started = 0,
            Method = method,
            Host = host.AsMemory(),
            Target = path.AsMemory(),
            PathLength = path.Length,
            Exchange = new Headers(headers),
        };
        return new RouteTable(matches).Find(envelope)?.Route;
    }

    private static (IReadOnlyList<string> Hosts, RouteMatch Match) Match(
        string name, string path, PathMatchType type = PathMatchType.PathPrefix, string? method = null, (string, string)[]? headers = null, string[]? hosts = null) =>
        (hosts ?? [], new RouteMatch(
            new RouteMatchEntry { PathType = type, Path = path, Method = method, Headers = [.. (headers ?? []).Select(header => new HeaderMatchEntry(header.Item1, header.Item2))] },
            Some.Rule(name)));

    private sealed class Headers((string Name, string Value)[] headers) : Exchange
    {
        public override string? Header(string name) => headers.FirstOrDefault(header => header.Name == name).Value;
    }
}
