using System.Diagnostics.Metrics;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Stages;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Routing;

/// <summary>Rules that name functions, from what an app declares to what is decided.</summary>
public sealed class CalledFunctionsTests : IDisposable
{
    private const string Files = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: shop }
        spec: { revisions: [ { name: shop-v1, run: { url: "http://127.0.0.1:1" } } ] }
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: outside }
        spec:
          parentRefs: [ { name: edge } ]
          rules:
            - matches: [ { path: { value: /plain } } ]
              filters: [ { type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } } ]
              backendRefs: [ { name: shop } ]
            - backendRefs: [ { name: shop } ]
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: rule }
        spec:
          targetRefs: [ { kind: FunctionApp, name: shop } ]
          action: ACTION
          rules: [ { to: [ { operations: [ call ], functions: [ refund ] } ] } ]
        """;

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.CalledFunctions");

    [Theory]
    [InlineData("DENY", "POST", "/orders/7/refund", nameof(Verdict.Denied))]
    [InlineData("DENY", "POST", "/Orders/7/REFUND", nameof(Verdict.Denied))]
    [InlineData("DENY", "POST", "/plain/orders/7/refund", nameof(Verdict.Denied))]
    [InlineData("DENY", "POST", "//orders/7/refund", nameof(Verdict.Denied))]
    [InlineData("DENY", "POST", "/orders%2F7%2Frefund", nameof(Verdict.Denied))]
    [InlineData("DENY", "GET", "/orders/7/refund", nameof(Verdict.Continue))]
    [InlineData("DENY", "POST", "/orders/7", nameof(Verdict.Continue))]
    [InlineData("ALLOW", "POST", "/orders/7/refund", nameof(Verdict.Continue))]
    [InlineData("ALLOW", "POST", "/plain/orders/7/refund", nameof(Verdict.Continue))]
    [InlineData("ALLOW", "POST", "/orders/7", nameof(Verdict.Denied))]
    [InlineData("ALLOW", "POST", "/nothing", nameof(Verdict.Denied))]
    [InlineData("ALLOW", "POST", "/orders/any/refund", nameof(Verdict.Denied))]
    public void A_rule_names_the_function_that_a_call_reaches(string action, string method, string path, string expected)
    {
        var compiled = DeclaredPolicy.Compile([new PolicySource("policy.yaml", Files.Replace("ACTION", action, StringComparison.Ordinal))], [Shop], attributeRoutes: false);
        Assert.True(compiled.Compilation.Snapshot is not null, string.Join('\n', compiled.Compilation.Diagnostics));
        var instruments = new Instruments(_meter);
        var table = new TableSwitch(instruments, new Randomness(1), TimeProvider.System);
        table.Swap(table.Bind(compiled.Compilation.Snapshot));
        var envelope = new Envelope { Kind = EnvelopeKind.Call, Table = table.Current!, Started = 0, Method = method, Host = "localhost".AsMemory(), Target = path.AsMemory(), PathLength = path.Length };
        var verdict = Verdict.Continue;
        foreach (var stage in new IStage[] { new IdentifyStage(), new MatchStage(), new SplitStage(), new AuthorizeStage(new AccessReview(instruments, NullLogger.Instance)) })
        {
            if (verdict == Verdict.Continue) verdict = stage.Enter(envelope);
        }

        Assert.Equal(expected, verdict.ToString());
    }

    public void Dispose() => _meter.Dispose();

    private static Declaration Shop => new(
        "shop",
        "shop-v1",
        [
            new() { Name = "Refund", Trigger = DeclaredTrigger.Http, Methods = ["POST"], Route = "orders/{id}/refund" },
            new() { Name = "place", Trigger = DeclaredTrigger.Http, Methods = ["POST"], Route = "orders/{id?}" },
            new() { Name = "both", Trigger = DeclaredTrigger.Http, Methods = ["POST"], Route = "orders/any/{what}" },
            new() { Name = "either", Trigger = DeclaredTrigger.Http, Methods = ["POST"], Route = "orders/any/refund" },
        ]);
}
