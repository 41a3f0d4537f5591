using System.Collections.Immutable;
using FnMesh.Control.Describing;
using FnMesh.Control.Nodes;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Tests.Describing;

public class DescriptionTests
{
    private const string Files = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: orders }
        spec:
          revisions: [ { name: orders-v1, run: { command: [ orders ] } }, { name: orders-v2, run: { command: [ orders ] }, replicas: 2 } ]
          traffic: [ { revisionName: orders-v1, percent: 75 }, { revisionName: orders-v2, percent: 25 } ]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: all }
        spec: { parentRefs: [ { name: edge } ], rules: [ { name: one, matches: [ { path: { value: /orders } } ], backendRefs: [ { name: orders } ] } ] }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: careful }
        spec: { targetRefs: [ { name: orders } ], retry: { attempts: 4 } }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: callers }
        spec: { targetRefs: [ { kind: FunctionApp, name: orders } ], action: ALLOW, rules: [ { from: [ { principals: [ anonymous ] } ], to: [ { operations: [ call ], methods: [ GET ] } ] } ] }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: nobody }
        spec: { targetRefs: [ { kind: Mesh } ], action: DENY, rules: [ { from: [ { principals: [ app/evil* ] } ] } ] }
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: GRPCRoute
        metadata: { name: typed }
        spec:
          parentRefs: [ { name: mesh } ]
          rules:
            - { matches: [ { method: { service: shop.Orders, method: Get } } ], backendRefs: [ { name: orders }, { name: nobody, weight: 3 } ] }
            - { matches: [ { method: { method: Put } } ], backendRefs: [ { name: orders, weight: 0 } ] }
        """;

    private static readonly Declaration Declared = new("orders", "orders-v1",
    [
        new DeclaredFunction { Name = "place", Trigger = DeclaredTrigger.Http, Route = "orders/{id}", Methods = ["GET"] },
        new DeclaredFunction { Name = "health", Trigger = DeclaredTrigger.Http, Route = "health" },
        new DeclaredFunction { Name = "reprice", Trigger = DeclaredTrigger.Event, Target = "/_fnmesh/functions/reprice", EventTypes = ["shop.stock.changed"], Retry = new DeclaredRetry(5, 200, 60_000) },
    ]);

    [Fact]
    public void An_app_tells_of_each_revision_its_share_endpoints_functions_and_refusals()
    {
        var mesh = Mesh() with { Refusals = ImmutableDictionary<(string, string), ImmutableArray<string>>.Empty.Add(("orders", "orders-v2"), ["orders/orders-v2/x:1:2: error FNM9"]) };
        var described = Describe(mesh, "FunctionApp", "orders");

        Assert.Equal("Accepted=True Ready=False", Conditions(described.Conditions));
        Assert.Equal("orders-v2 has 0 of 2 endpoints", described.Conditions[1].Message);
        var (first, second) = (described.Revisions!.Value[0], described.Revisions.Value[1]);
        // The second has not been ready yet, so its share goes to the first.
        Assert.Equal((100, 0), (first.Percent, second.Percent));
        Assert.Equal(["place http GET /orders/{id} (members only)", "health http ANY /health (members only)", "reprice event shop.stock.changed"], first.Declares.Select(function => $"{function.Name} {function.Trigger} {function.On}"));
        Assert.Equal([new Uri("https://127.0.0.1:1")], first.Endpoints);
        Assert.Equal("Accepted=True Ready=True", Conditions(first.Conditions));
        Assert.Equal("Accepted=False Ready=False", Conditions(second.Conditions));
        Assert.Equal(["orders/orders-v2/x:1:2: error FNM9"], second.Refusals);
        Assert.Equal(["HTTPRoute all on edge: one: ANY /orders/*", "GRPCRoute typed on mesh: gRPC /shop.Orders/Get", "GRPCRoute typed on mesh: gRPC /*/Put", "Subscription orders-reprice: shop.stock.changed"], described.ReachedBy!.Value);
    }

    [Fact]
    public void A_revision_that_does_not_start_says_why_in_its_conditions_and_in_those_of_its_app()
    {
        const string Why = "cannot start 'pyton3': not found on PATH";
        var mesh = Mesh() with { Failures = ImmutableDictionary<(string, string), string>.Empty.Add(("orders", "orders-v2"), Why) };
        var described = Describe(mesh, "FunctionApp", "orders");

        Assert.Equal($"orders-v2 has 0 of 2 endpoints: {Why}; see 'fnmesh logs orders'", described.Conditions[1].Message);
        Assert.Equal($"0 of 2 endpoints: {Why}; see 'fnmesh logs orders'", described.Revisions!.Value[1].Conditions[1].Message);
        Assert.Equal("1 of 1 endpoints", described.Revisions.Value[0].Conditions[1].Message);
    }

    [Fact]
    public void A_process_that_is_still_called_beside_its_successor_is_no_endpoint_too_many()
    {
        var mesh = Mesh() with { Endpoints = new EndpointSnapshot([new RevisionEndpoints("orders", "orders-v1", true, [new Uri("https://127.0.0.1:1"), new Uri("https://127.0.0.1:2")])]) };

        Assert.Equal("1 of 1 endpoints, and 1 more while processes change over", Describe(mesh, "FunctionApp", "orders").Revisions!.Value[0].Conditions[1].Message);
    }

    [Fact]
    public void A_route_tells_which_functions_it_leads_to_and_where_every_value_comes_from()
    {
        var described = Describe(Mesh(), "HTTPRoute", "all");
        var lead = Assert.Single(described.LeadsTo!.Value);
        Assert.Equal(("one: ANY /orders/*", "orders", 100), (lead.From, lead.To, lead.Percent));
        Assert.Equal(["place"], lead.Functions);
        var way = Assert.Single(described.Effective);
        Assert.Equal("HTTPRoute all rule one to orders", way.Way);
        var attempts = way.Fields.Single(field => field.Field == "retry.attempts");
        Assert.Equal(("4", "TrafficPolicy careful"), (attempts.Value, attempts.From));
        Assert.StartsWith("p.yaml:16:", attempts.Origin, StringComparison.Ordinal);
        Assert.Equal(("default", null), (way.Fields[0].From, way.Fields[0].Origin));
        Assert.Equal("Accepted=True Ready=True", Conditions(described.Conditions));
    }

    [Fact]
    public void A_route_of_gRPC_tells_its_matches_and_what_part_a_backend_has_beside_what_is_none()
    {
        var described = Describe(Mesh(), "GRPCRoute", "typed");
        Assert.Equal(
            [("gRPC /shop.Orders/Get", "orders", 25.0), ("gRPC /*/Put", "orders", 0.0)],
            described.LeadsTo!.Value.Select(lead => (lead.From, lead.To, lead.Percent)));
        Assert.Equal("GRPCRoute typed rule 1 to orders", described.Effective[0].Way);
    }

    [Fact]
    public void Access_names_the_rules_that_are_asked_a_denial_first() => Assert.Equal(
        ["call DENY app/evil* AuthorizationPolicy nobody", "call ALLOW anonymous AuthorizationPolicy callers"],
        Describe(Mesh(), "HTTPRoute", "all").Access.Select(row => $"{row.Operation} {row.Action} {row.Who} {row.From}"));

    [Fact]
    public void Where_no_rule_closes_anything_the_default_is_told() => Assert.Equal(
        ["deliver DENY AuthorizationPolicy nobody", "deliver ALLOW default"],
        Describe(Mesh(), "Subscription", "orders-reprice").Access.Select(row => $"{row.Operation} {row.Action} {row.From}"));

    [Fact]
    public void A_policy_tells_which_of_its_values_act_where()
    {
        var way = Assert.Single(Describe(Mesh(), "TrafficPolicy", "careful").Effective, way => way.Way == "FunctionApp orders called directly");
        Assert.Equal(["retry.attempts"], way.Fields.Select(field => field.Field));
        Assert.Equal(["call,publish,deliver Mesh"], Describe(Mesh(), "AuthorizationPolicy", "nobody").Access.Select(row => $"{row.Operation} {row.On}"));
    }

    [Fact]
    public void A_subscription_in_code_names_its_function_and_is_orphaned_while_nobody_that_serves_declares_it()
    {
        var described = Describe(Mesh(), "Subscription", "orders-reprice");
        Assert.Equal("orders-v1 reprice", described.DeclaredBy);
        Assert.Equal("Accepted=True Ready=True Orphaned=False", Conditions(described.Conditions));
        Assert.Equal(["reprice"], Assert.Single(described.LeadsTo!.Value).Functions);
        Assert.Equal("5", described.Effective[0].Fields[0].Value);

        var alone = Mesh() with { Endpoints = new EndpointSnapshot([new RevisionEndpoints("orders", "orders-v2", true, [new Uri("https://127.0.0.1:2")])]) };
        Assert.Equal("Accepted=True Ready=True Orphaned=True", Conditions(Describe(alone, "Subscription", "orders-reprice").Conditions));
    }

    [Fact]
    public void Nothing_is_ready_while_a_gateway_serves_another_policy()
    {
        var behind = Mesh() with { Nodes = [Gateway("0123456789") with { Faults = ["it cannot be bound"] }] };
        var ready = Describe(behind, "HTTPRoute", "all").Conditions[1];
        Assert.Equal(("False", "NotServed", "gateway g serves policy 01234567: it cannot be bound"), (ready.Status, ready.Reason, ready.Message));
        Assert.Equal("NoGateway", Describe(Mesh() with { Nodes = [] }, "HTTPRoute", "all").Conditions[1].Reason);
    }

    [Fact]
    public void A_Gateway_is_ready_when_no_gateway_says_that_a_listener_of_it_does_not_work()
    {
        const string Gateways = """

            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: public }
            spec: { listeners: [ { name: a, port: 8080, protocol: HTTP, hostname: a.example } ] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: other }
            spec: { listeners: [ { name: b, port: 8080, protocol: HTTP } ] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: public, namespace: team-a }
            spec: { listeners: [ { name: a, port: 8081, protocol: HTTP } ] }
            """;
        var policy = PolicyCompiler.Compile([new PolicySource("p.yaml", Files + Gateways)]);
        var mesh = Mesh() with { Policy = policy, Nodes = [Gateway(policy.Snapshot!.Hash)] };
        Assert.Equal("Accepted=True Ready=True", Conditions(Describe(mesh, "Gateway", "public").Conditions));

        foreach (var (fault, isPublic, isOther) in new[] { ("other/b, public/a: port 8080 is busy", false, false), ("other/b: port 8080 is busy: public/a", true, false), ("public/a: no pair", false, true), ("public.team-a/a: busy", true, true) })
        {
            var faulty = mesh with { Nodes = [Gateway(policy.Snapshot.Hash) with { Faults = [fault] }] };
            var ready = Describe(faulty, "Gateway", "public").Conditions[1];
            Assert.Equal((fault, isPublic ? "True" : "False", $"{isOther}"), (fault, ready.Status, Describe(faulty, "Gateway", "other").Conditions[1].Status));
            Assert.Equal((fault, $"{!fault.StartsWith("public.team-a", StringComparison.Ordinal)}"), (fault, Describe(faulty, "Gateway", "public.team-a").Conditions[1].Status));
            if (!isPublic) Assert.Equal(("ListenerFault", $"gateway g: {fault}"), (ready.Reason, ready.Message));
        }
    }

    [Fact]
    public void An_edit_that_is_refused_is_a_condition_of_what_stands_in_its_file()
    {
        Diagnostic fault = new(Severity.Error, "FNM1103", new Origin("p.yaml", 3, 4), "unknown field 'x'");
        var own = Describe(Mesh() with { RefusedEdit = [fault] }, "HTTPRoute", "all").Conditions[0];
        Assert.Equal(("False", "EditRefused"), (own.Status, own.Reason));
        Assert.Contains("p.yaml:3:4", own.Message, StringComparison.Ordinal);
        var other = Describe(Mesh() with { RefusedEdit = [fault with { Origin = new Origin("q.yaml", 1, 1) }] }, "HTTPRoute", "all").Conditions[0];
        Assert.Equal(("True", "OtherEditRefused"), (other.Status, other.Reason));
    }

    private static string Conditions(IEnumerable<ConditionAnswer> conditions) => string.Join(' ', conditions.Select(condition => $"{condition.Type}={condition.Status}"));

    [Theory]
    [InlineData("", "24h", "default")]
    [InlineData("identity: { ttl: 12h }", "12h", "Mesh shop")]
    public void A_mesh_shows_how_long_certificates_hold_and_who_says_so(string written, string life, string from)
    {
        var policy = PolicyCompiler.Compile([new PolicySource("mesh.yaml", $"apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: {{ name: shop }}\nspec: {{ {written} }}\n")]);
        var mesh = new DescribedMesh { Policy = policy, Endpoints = new EndpointSnapshot([]) };

        var way = Assert.Single(Describe(mesh, "Mesh", "shop").Effective);

        Assert.Equal("Mesh shop", way.Way);
        Assert.Equal([("identity.ttl", life, from), ("limits.inFlight", "20000", "default")], way.Fields.Take(2).Select(field => (field.Field, field.Value, field.From)));
    }

    private static DescriptionAnswer Describe(DescribedMesh mesh, string kind, string name) =>
        Description.Of(mesh, mesh.Policy.Resources.Single(resource => resource.Kind == kind && resource.QualifiedName == name));

    private static DescribedMesh Mesh()
    {
        var policy = DeclaredPolicy.Compile([new PolicySource("p.yaml", Files)], [Declared], attributeRoutes: true).Compilation;
        return new DescribedMesh
        {
            Policy = policy,
            Endpoints = new EndpointSnapshot([new RevisionEndpoints("orders", "orders-v1", true, [new Uri("https://127.0.0.1:1")]), new RevisionEndpoints("orders", "orders-v2", false, [])]),
            Nodes = [Gateway(policy.Snapshot!.Hash)],
            Declarations = [Declared],
        };
    }

    private static NodeView Gateway(string policy) => new("g", "spiffe://m/gateway", "gateway", "1", null, null, null, true, "ready", default, policy, "", null, "", []);
}
