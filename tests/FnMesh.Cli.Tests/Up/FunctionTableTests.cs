using FnMesh.Cli.Up;
using FnMesh.Control.Nodes;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;

namespace FnMesh.Cli.Tests.Up;

public sealed class FunctionTableTests
{
    [Fact]
    public void What_changed_stands_alone_and_what_is_gone_is_named()
    {
        string[] greet = ["hello", "greet", "GET", "http://a/hello", ""], count = ["hello", "count", "on", "greeted", ""], spare = ["spare", "-", "-", "nothing leads here yet", ""];

        Assert.Equal("", FunctionTable.Changes([greet, spare], [greet, spare]));
        Assert.Equal(
            """
            hello  greet  GET  http://a/hi
            spare  tick   timer  by the clock
            hello  count  -    gone
            """.Replace("GET  http", "GET    http", StringComparison.Ordinal).Replace("-    gone", "-      gone", StringComparison.Ordinal),
            FunctionTable.Changes([greet, count, spare], [["hello", "greet", "GET", "http://a/hi", ""], ["spare", "tick", "timer", "by the clock", ""]]));
        Assert.Equal("spare  -  -  gone", FunctionTable.Changes([greet, spare], [greet]));
    }

    [Fact]
    public void Routes_subscriptions_splits_and_lonely_apps_stand_in_one_table()
    {
        const string Policy = """
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: pricing }
            spec:
              revisions: [ { name: pricing-v1, run: { url: "http://127.0.0.1:1" } }, { name: pricing-v2, run: { url: "http://127.0.0.1:2" } } ]
              traffic: [ { revisionName: pricing-v1, percent: 90 }, { revisionName: pricing-v2, percent: 10 } ]
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: payments }
            spec: { revisions: [ { name: payments-v1, run: { url: "http://127.0.0.1:3" } } ] }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: spare }
            spec: { revisions: [ { name: spare-v1, run: { url: "http://127.0.0.1:4" } } ] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: quote }
            spec: { parentRefs: [ { name: edge } ], rules: [ { matches: [ { method: GET, path: { type: PathPrefix, value: /prices } } ], backendRefs: [ { name: pricing } ] }, { matches: [ { path: { type: PathPrefix, value: /prices }, headers: [ { name: X-Beta, value: "yes" } ] } ], backendRefs: [ { name: pricing-v2 } ] } ] }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: payments-charge }
            spec: { types: [ shop.order.placed ], sink: { ref: { name: payments }, uri: /events } }
            """;
        var snapshot = PolicyCompiler.Compile([new PolicySource("a.yaml", Policy)]).Snapshot!;
        Assert.Equal(
            """
            payments  charge  on   shop.order.placed
            pricing   quote   GET  http://127.0.0.1:7071/prices/*                   pricing-v1 90 %  pricing-v2 10 %
            pricing   quote   ANY  http://127.0.0.1:7071/prices/* with x-beta: yes
            spare     -       -    nothing leads here yet
            """,
            FunctionTable.Render(snapshot, new Uri("http://127.0.0.1:7071")));
    }

    [Fact]
    public void A_route_that_gets_no_call_because_another_matches_the_same_is_no_address_to_call()
    {
        static string App(string name) => $$"""
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: {{name}} }
            spec: { revisions: [ { name: {{name}}-v1, run: { url: "http://127.0.0.1:1" } } ] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: {{name}}-greet }
            spec: { parentRefs: [ { name: edge } ], rules: [ { matches: [ { method: GET, path: { value: /hello } } ], backendRefs: [ { name: {{name}} } ] } ] }

            """;
        var snapshot = PolicyCompiler.Compile([new PolicySource("a.yaml", App("first") + App("second"))]).Snapshot!;
        Assert.Equal(
            """
            first   greet  GET  http://127.0.0.1:7071/hello/*
            second  greet  GET  http://127.0.0.1:7071/hello/*  (no call: first-greet matches the same)
            """,
            FunctionTable.Render(snapshot, new Uri("http://127.0.0.1:7071")));
    }

    [Fact]
    public void A_route_at_listeners_of_a_Gateway_has_their_addresses()
    {
        const string Policy = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: public }
            spec:
              listeners:
                - { name: a, port: 8080, protocol: HTTP }
                - { name: b, port: 8443, protocol: HTTPS, hostname: "*.example", tls: { options: { fnmesh.dev/certificate-file: a, fnmesh.dev/key-file: b } } }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: orders }
            spec: { revisions: [ { name: orders-v1, run: { url: "http://127.0.0.1:1" } } ] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: both }
            spec: { parentRefs: [ { name: public }, { name: edge } ], hostnames: [ a.example ], rules: [ { matches: [ { path: { value: /a } } ], backendRefs: [ { name: orders } ] } ] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: nowhere }
            spec: { parentRefs: [ { name: public, sectionName: b } ], hostnames: [ a.test ], rules: [ { backendRefs: [ { name: orders } ] } ] }
            """;
        Assert.Equal(
            """
            orders  both  ANY  http://a.example:7071/a/*
            orders  both  ANY  http://a.example:8080/a/*
            orders  both  ANY  https://a.example:8443/a/*
            """,
            FunctionTable.Render(PolicyCompiler.Compile([new PolicySource("a.yaml", Policy)]).Snapshot!, new Uri("http://127.0.0.1:7071")));
    }

    [Fact]
    public void A_function_has_the_name_that_it_has_in_code()
    {
        const string Files = """
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: shop }
            spec: { revisions: [ { name: shop-v1, run: { url: "http://127.0.0.1:1" } } ] }
            """;
        DeclaredFunction[] functions =
        [
            new() { Name = "HttpTrigger1", Trigger = DeclaredTrigger.Http, Route = "HttpTrigger1", Level = "anonymous" },
            new() { Name = "On_Placed", Trigger = DeclaredTrigger.Event, EventTypes = ["placed"], Target = "/_fnmesh/functions/On_Placed" },
        ];
        var declaration = new Declaration("shop", "shop-v1", [.. functions]);
        var policy = DeclaredPolicy.Compile([new PolicySource("p.yaml", Files)], [declaration], attributeRoutes: true).Compilation.Snapshot!;

        var rows = FunctionTable.Rows(policy, new Uri("http://127.0.0.1:7071"), [new NodeDeclaration("shop", "shop-v1", DeclarationJson.Write(declaration))]);

        Assert.Equal(["HttpTrigger1", "On_Placed"], rows.Select(row => row[1]));
    }
}
