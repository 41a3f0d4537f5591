using FnMesh.Control.Access;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Tests.Access;

public class AccessReportTests
{
    private const string Apps = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: orders }
        spec: { revisions: [ { name: orders-v1, run: { url: "http://127.0.0.1:1" } } ] }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: pricing, namespace: team-a }
        spec: { revisions: [ { name: pricing-v1, run: { url: "http://127.0.0.1:2" } } ] }
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: outside }
        spec: { parentRefs: [ { name: edge } ], rules: [ { backendRefs: [ { name: orders } ] } ] }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: placed }
        spec: { types: [ shop.placed ], sink: { ref: { name: orders }, uri: /placed } }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: JwtProvider
        metadata: { name: customers }
        spec: { issuer: "https://login.example", audiences: [ shop ], jwks: { uri: "https://login.example/keys" } }

        """;

    [Fact]
    public void Without_policies_the_defaults_are_told()
    {
        Assert.Equal("yes  default", Of("", "ns/team-a/app/pricing", "call", "orders"));
        Assert.Equal("yes  default", Of("", "anonymous", "call", "orders by HTTPRoute outside"));
        Assert.Equal("yes  default", Of("", "app/orders", "publish", "events"));
        Assert.Equal("no not allowed on the Broker default", Of("", "anonymous", "publish", "events"));
        Assert.Equal("yes  default", Of("", "anonymous", "deliver", "Subscription placed"));
    }

    [Theory]
    [InlineData("app/orders", "in part", "only GET /a*")]
    [InlineData("ns/team-a/app/pricing", "no", "not allowed on FunctionApp orders")]
    [InlineData("user/*", "in part", "only GET /a* or for user/ada")]
    public void An_allow_closes_its_target_to_all_whom_it_does_not_name(string who, string may, string limits)
    {
        var row = Row(Policy("callers", "ALLOW", "{ kind: FunctionApp, name: orders }", "{ from: [ { principals: [ app/orders, user/* ] } ], to: [ { methods: [ GET ], paths: [ /a* ] } ] }, { from: [ { principals: [ user/ada ] } ] }"), who, "call", "orders");

        Assert.Equal((may, limits), (row.May, row.Limits));
        Assert.Matches(@"^callers \(policy\.yaml:\d+:\d+\)", row.By);
    }

    [Fact]
    public void A_denial_wins_and_one_that_means_a_part_is_told_as_that()
    {
        var policies = Policy("open", "ALLOW", "{ kind: Mesh }", "{}") + Policy("no", "DENY", "{ kind: Mesh }", "{ from: [ { namespaces: [ team-* ] } ], to: [ { operations: [ call ] } ] }, { to: [ { paths: [ /admin* ] } ] }");

        Assert.Equal("no", Row(policies, "ns/team-a/app/pricing", "call", "orders").May);
        Assert.Equal(("in part", "not /admin*"), (Row(policies, "app/orders", "call", "orders").May, Row(policies, "app/orders", "call", "orders").Limits));
        Assert.Equal("yes", Row(policies, "anonymous", "publish", "events").May);
    }

    [Fact]
    public void Claims_are_a_part_of_those_with_tokens_and_nobody_else()
    {
        var policies = Policy("gold", "ALLOW", "{ kind: HTTPRoute, name: outside }", "{ from: [ { claims: [ { name: tier, values: [ gold ] } ] } ], to: [ { operations: [ call ] } ] }");

        Assert.Equal("in part", Row(policies, "jwt:https://login.example#*", "call", "orders by HTTPRoute outside").May);
        Assert.Equal("no", Row(policies, "anonymous", "call", "orders by HTTPRoute outside").May);
    }

    [Fact]
    public void A_dry_run_changes_nothing() =>
        Assert.Equal("yes", Row(Policy("tried", "DENY", "{ kind: Mesh }", "{}").Replace("action: DENY", "action: DENY, dryRun: true", StringComparison.Ordinal), "app/orders", "call", "orders").May);

    [Fact]
    public void An_edit_is_told_by_whom_it_takes_from_and_gives_to()
    {
        var before = AccessReport.Of(Compile(Policy("callers", "ALLOW", "{ kind: FunctionApp, name: orders }", "{ from: [ { principals: [ app/orders ] } ], to: [ { operations: [ call ] } ] }")));
        var after = AccessReport.Of(Compile(Policy("callers", "ALLOW", "{ kind: FunctionApp, name: orders }", "{ from: [ { principals: [ ns/team-a/* ] } ], to: [ { operations: [ call ] } ] }")));

        Assert.Equal(["app/orders yes no", "ns/team-a/app/pricing no yes"], AccessReport.Changes(before, after).Select(change => $"{change.Who} {change.Before!.May} {change.After!.May}").Order(StringComparer.Ordinal));
        Assert.Empty(AccessReport.Changes(before, before));
    }

    [Fact]
    public void Apps_that_lose_access_are_named_and_nobody_else()
    {
        var open = Compile("");
        var closed = Compile(Policy("callers", "ALLOW", "{ kind: FunctionApp, name: orders }", "{ from: [ { principals: [ app/orders ] } ], to: [ { operations: [ call ], methods: [ GET ] } ] }"));

        Assert.Equal(["app/orders call orders in part", "ns/team-a/app/pricing call orders no"], AccessReport.Losses(open, closed).Select(loss => $"{loss.Who} {loss.Operation} {loss.What} {loss.After!.May}").Order(StringComparer.Ordinal));
        Assert.Empty(AccessReport.Losses(closed, open));
    }

    private static string Of(string policies, string who, string operation, string what)
    {
        var row = Row(policies, who, operation, what);
        return $"{row.May} {row.Limits} {row.By}";
    }

    private static AccessRow Row(string policies, string who, string operation, string what) => AccessReport.Of(Compile(policies)).Single(row => row.Who == who && row.Operation == operation && row.What == what);

    private static PolicySnapshot Compile(string policies)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", Apps + policies)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        return compiled.Snapshot;
    }

    private static string Policy(string name, string action, string target, string rules) => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: {{name}} }
        spec: { targetRefs: [ {{target}} ], action: {{action}}, rules: [ {{rules}} ] }

        """;
}
