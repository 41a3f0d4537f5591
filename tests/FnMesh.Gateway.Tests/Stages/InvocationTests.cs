using System.Diagnostics.Metrics;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Stages;

/// <summary>Who may run one function directly, below <c>/_fnmesh/</c>.</summary>
public sealed class InvocationTests : IDisposable
{
    private const string Path = "/_fnmesh/functions/count";
    private const string Person = "spiffe://mesh.local/user/ada";
    private const string Orders = "spiffe://mesh.local/ns/default/app/orders";
    private static readonly string Shop = Yaml.App("shop", new Uri("http://127.0.0.1:1"));

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.Invocation");

    [Fact]
    public void A_person_may() => Assert.Equal(Verdict.Continue, Judge(Shop, Person).Verdict);

    [Theory]
    [InlineData(Path)]
    [InlineData("/_FNMESH/functions/count")]
    public void Nobody_from_outside_comes_there_whatever_a_route_says(string path)
    {
        var policy = $"{Shop}\n---\n" + """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: all }
            spec: { parentRefs: [ { name: edge } ], rules: [ { backendRefs: [ { name: shop } ] } ] }
            """;

        Assert.Equal(Verdict.Continue, Judge(policy, null, "/other").Verdict);
        Assert.Equal(Verdict.NoRoute, Judge(policy, null, path).Verdict);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("to: [ { operations: [ call ] } ]", false)]
    [InlineData("to: [ { operations: [ call ], paths: [ /prices/* ] } ]", false)]
    [InlineData("to: [ { operations: [ call ], paths: [ /_fnmesh/functions/count ] } ]", true)]
    public void An_app_may_only_where_a_policy_allows_the_path_by_name(string to, bool permitted)
    {
        Assert.Equal(Verdict.Denied, Judge(Shop, Orders).Verdict);
        Assert.Equal(Verdict.Continue, Judge(Shop, Orders, "/other").Verdict);

        var (verdict, reason) = Judge($"{Shop}\n---\n{Allow("app/orders", to)}", Orders);
        Assert.Equal(permitted ? Verdict.Continue : Verdict.Denied, verdict);
        if (!permitted) Assert.Contains("app/orders", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_policy_closes_is_closed_to_people_too() =>
        Assert.Equal(Verdict.Denied, Judge($"{Shop}\n---\n{Allow("app/orders", "to: [ { operations: [ call ] } ]")}", Person).Verdict);

    [Fact]
    public void An_app_that_is_not_there_is_told_with_the_nearest_that_is()
    {
        Assert.Equal("there is no app 'shpo' in the mesh; did you mean 'shop'?", Judge(Shop, Person, app: "shpo").Reason);
        Assert.StartsWith("there is no app 'billing' in the mesh; name one as the host, ", Judge(Shop, Person, app: "billing").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_denial_needs_no_path() =>
        Assert.Equal(Verdict.Denied, Judge($"{Shop}\n---\n{Allow("*", "to: [ { operations: [ call ], paths: [ /_fnmesh/* ] } ]")}\n---\n{Policy("no", "DENY", "app/*", "")}", Orders).Verdict);

    public void Dispose() => _meter.Dispose();

    private static string Allow(string principal, string to) => Policy("yes", "ALLOW", principal, to);

    private static string Policy(string name, string action, string principal, string to) => $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: {{name}} }
        spec:
          targetRefs: [ { kind: FunctionApp, name: shop } ]
          action: {{action}}
          rules: [ { from: [ { principals: [ "{{principal}}" ] } ]{{(to.Length > 0 ? $", {to}" : "")}} } ]
        """;

    private (Verdict Verdict, string Reason) Judge(string policy, string? caller, string path = Path, string app = "shop")
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", policy)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        var table = new TableSwitch(new Instruments(_meter), new Randomness(1), TimeProvider.System);
        table.Swap(table.Bind(compiled.Snapshot));
        var envelope = new Envelope
        {
            Kind = EnvelopeKind.Call,
            Table = table.Current!,
            Started = 0,
            Caller = caller,
            IsFromMesh = caller is not null,
            IsFromPerson = caller == Person,
            Host = (caller is null ? "localhost" : app).AsMemory(),
            Target = path.AsMemory(),
            PathLength = path.Length,
        };
        IStage[] stages = [new IdentifyStage(), new MatchStage(), new SplitStage(), new AuthorizeStage(new AccessReview(new Instruments(_meter), NullLogger.Instance))];
        foreach (var stage in stages)
        {
            if (stage.Enter(envelope) is not Verdict.Continue and var verdict) return (verdict, envelope.Refusal.Reason!);
        }

        return (Verdict.Continue, "");
    }
}
