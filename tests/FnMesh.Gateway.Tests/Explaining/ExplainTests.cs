using System.Net;
using System.Text;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Explaining;

public sealed class ExplainTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static readonly string Policy = Yaml.App("shop", new Uri("http://127.0.0.1:1")) + Yaml.Route("/orders", "shop") + Yaml.Publishers() + Yaml.Subscription("placed", "test.placed", "shop") + """
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: callers }
        spec:
          targetRefs: [ { kind: FunctionApp, name: shop } ]
          action: ALLOW
          rules:
            - { from: [ { principals: [ app/billing ] } ], to: [ { operations: [ call, deliver ] } ] }
            - { from: [ { claims: [ { name: tier, values: [ gold ] } ] } ], to: [ { operations: [ call ] } ] }

        """;

    [Theory]
    [InlineData("as=anonymous&path=/orders/1", "deny", "no rule on FunctionApp shop allows anonymous to call GET /orders/1; AuthorizationPolicy callers (policy.yaml:")]
    [InlineData("as=app/billing&path=/any&host=shop", "permit", "AuthorizationPolicy callers (policy.yaml:")]
    [InlineData("as=app/other&path=/any&host=shop", "deny", "AuthorizationPolicy callers (policy.yaml:")]
    [InlineData("as=jwt:https://login.example%23ada&claim=tier%3Dgold&path=/orders/1", "permit", "AuthorizationPolicy callers (policy.yaml:")]
    [InlineData("as=jwt:https://login.example%23ada&claim=tier%3Dtin&path=/orders/1", "deny", "AuthorizationPolicy callers (policy.yaml:")]
    public async Task A_call_is_explained_with_the_rule_its_file_and_its_line(string question, string expected, string why)
    {
        await using var mesh = await RunningMesh.StartAsync(Policy);

        var decision = (await mesh.AskAsync($"/api/v1/explain/call?{question}")).GetProperty("decisions")[0];
        Assert.Equal(expected == "permit", decision.GetProperty("permitted").GetBoolean());
        Assert.Contains(why, decision.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Matches(@"^policy\.yaml:\d+:\d+$", decision.GetProperty("rule").GetString());
    }

    [Theory]
    [InlineData("path=/nothing", "no HTTPRoute on edge matches GET /nothing")]
    [InlineData("path=/orders/../admin", "dot segment")]
    [InlineData("as=app/billing&path=/a&host=shpo", "did you mean 'shop'?")]
    public async Task A_call_that_comes_to_no_decision_says_why(string question, string why)
    {
        await using var mesh = await RunningMesh.StartAsync(Policy);

        Assert.Contains(why, (await mesh.AskAsync($"/api/v1/explain/call?{question}")).GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_explained_is_what_happens()
    {
        await using var mesh = await RunningMesh.StartAsync(Policy);

        Assert.False((await mesh.AskAsync("/api/v1/explain/call?path=/orders/1")).GetProperty("decisions")[0].GetProperty("permitted").GetBoolean());
        Assert.Equal(HttpStatusCode.Forbidden, (await mesh.Client.GetAsync("/orders/1", Cancel)).StatusCode);
    }

    [Fact]
    public async Task An_event_is_explained_from_its_publication_to_each_subscription_that_wants_it()
    {
        await using var mesh = await RunningMesh.StartAsync(Policy);

        var explained = await mesh.AskAsync("/api/v1/explain/event?as=anonymous", new StringContent("""{"specversion":"1.0","id":"1","source":"/s","type":"test.placed"}""", Encoding.UTF8, "application/cloudevents+json"));
        Assert.Equal(["publish test.placed True", "deliver placed at shop-v1 False"], explained.GetProperty("decisions").EnumerateArray().Select(Line));
    }

    private static string Line(JsonElement decision) => $"{decision.GetProperty("operation").GetString()} {decision.GetProperty("on").GetString()} {decision.GetProperty("permitted").GetBoolean()}";
}
