using FnMesh.Control.Http;
using FnMesh.Control.Nodes;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;

namespace FnMesh.Control.Tests.Http;

public sealed class FunctionListAnswerTests
{
    private const string Policy = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: shop }
        spec: { revisions: [ { name: shop-v1, run: { url: "http://127.0.0.1:1" } }, { name: shop-v2, run: { url: "http://127.0.0.1:2" } } ] }
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: prices }
        spec:
          parentRefs: [ { name: edge } ]
          rules: [ { matches: [ { path: { value: /prices }, method: GET } ], backendRefs: [ { name: shop } ] } ]
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: shop-count }
        spec: { types: [ a.b ], sink: { ref: { name: shop }, uri: /count } }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: shop-charge }
        spec: { types: [ a.b ], sink: { ref: { name: shop }, uri: /charge } }
        """;

    [Fact]
    public void What_code_declares_stands_for_its_route_and_subscription_and_the_others_are_named_by_theirs()
    {
        var policy = PolicyCompiler.Compile([new PolicySource("a.yaml", Policy)]).Snapshot!;
        DeclaredFunction Timer(string target) => new() { Name = "tick", Trigger = DeclaredTrigger.Timer, Target = target };
        var old = new Declaration("shop", "shop-v1", [Timer("/old")]);
        var latest = new Declaration("shop", "shop-v2", [new() { Name = "count", Trigger = DeclaredTrigger.Event, Target = "/_fnmesh/functions/count", EventTypes = ["a.b"] }, Timer("/new")]);
        NodeDeclaration[] announced = [new("shop", "shop-v1", DeclarationJson.Write(old)), new("shop", "shop-v2", DeclarationJson.Write(latest)), new("gone", "gone-v1", DeclarationJson.Write(old))];

        Assert.Equal(
            ["shop/count event /_fnmesh/functions/count", "shop/prices http /prices", "shop/shop-charge event /charge", "shop/tick timer /new"],
            FunctionListAnswer.Of(policy, [.. announced]).Items.Select(function => $"{function.App}/{function.Name} {function.Trigger} {function.Path}"));
    }
}
