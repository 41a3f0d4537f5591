using System.Text.Json.Nodes;

using FnMesh.Cli.Output;

namespace FnMesh.Cli.Tests.Output;

public sealed class SpecTextTests
{
    [Theory]
    [InlineData("""{ "rules": [ { "matches": [ { "method": "GET", "path": { "type": "Exact", "value": "/a" } }, { "path": { "value": "/b" } } ] } ] }""", "*", "GET /a, ANY /b/*")]
    [InlineData("""{ "hostnames": [ "shop.example" ], "rules": [ { "backendRefs": [] } ] }""", "shop.example", "ANY /*")]
    [InlineData("""{ "rules": [ { "matches": [ { "path": { "value": "/a" } }, { "path": { "value": "/b" } }, { "path": { "value": "/c" } }, { "path": { "value": "/d" } } ] } ] }""", "*", "ANY /a/*, ANY /b/*, ANY /c/* and 1 more")]
    public void A_route_shows_its_hosts_and_what_it_matches(string spec, string hosts, string matches) =>
        Assert.Equal((hosts, matches), (SpecText.Hosts((JsonObject)JsonNode.Parse(spec)!), SpecText.Matches((JsonObject)JsonNode.Parse(spec)!)));

    [Theory]
    [InlineData("""{ "types": [ "a.b", "c.d" ] }""", "a.b, c.d")]
    [InlineData("{}", "every event")]
    public void A_subscription_shows_its_types(string spec, string types) => Assert.Equal(types, SpecText.Types((JsonObject)JsonNode.Parse(spec)!));
}
