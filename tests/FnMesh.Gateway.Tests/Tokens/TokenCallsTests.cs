using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Tokens;

/// <summary>Callers from outside with tokens, from the policy to the function.</summary>
public sealed class TokenCallsTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Issuer _issuer = new();
    private ScriptedFunction _function = null!;
    private ScriptedFunction _keys = null!;

    public async ValueTask InitializeAsync()
    {
        _function = await ScriptedFunction.StartAsync((context, _) => context.Response.WriteAsync("plain"));
        _keys = await ScriptedFunction.StartAsync((context, _) => context.Response.Body.WriteAsync(_issuer.Keys).AsTask());
    }

    [Fact]
    public async Task A_rule_names_the_subject_and_the_claims_of_a_token()
    {
        await using var edge = await Edge.StartAsync(Policy("from: [ { principals: [ \"jwt:https://login.example#ada\" ], claims: [ { name: groups, values: [ admins ] }, { name: scope, values: [ \"orders:*\" ] } ] } ]"));

        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(edge, null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(edge, Token())).StatusCode);
        Assert.Equal("jwt:https://login.example#ada", _function.Requests.Single().Headers["fnmesh-principal"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(edge, Token(payload => payload["groups"] = new JsonArray("buyers")))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(edge, Token(payload => payload["sub"] = "eve"))).StatusCode);
    }

    [Fact]
    public async Task A_token_that_is_no_good_is_401_and_not_anonymous()
    {
        await using var edge = await Edge.StartAsync(Policy("from: [ { principals: [ \"*\" ] } ]"));

        Assert.Equal(HttpStatusCode.OK, (await CallAsync(edge, null)).StatusCode);
        var answer = await CallAsync(edge, Token() + "x");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.Contains("\"verdict\":\"Unauthenticated\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Single(_function.Requests);
    }

    [Fact]
    public async Task A_route_matches_a_claim_and_believes_no_header_of_a_caller()
    {
        await using var gold = await ScriptedFunction.StartAsync((context, _) => context.Response.WriteAsync("gold"));
        await using var edge = await Edge.StartAsync(Provider + Yaml.App("shop", _function.Address) + Yaml.App("golden", gold.Address) + """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: by-tier }
            spec:
              parentRefs: [ { name: edge } ]
              rules:
                - { matches: [ { headers: [ { name: fnmesh-claim-tier, value: gold } ] } ], backendRefs: [ { name: golden } ] }
                - { backendRefs: [ { name: shop } ] }

            """);

        Assert.Equal("gold", await (await CallAsync(edge, Token())).Content.ReadAsStringAsync(Cancel));
        Assert.Equal("plain", await (await CallAsync(edge, Token(payload => payload["tier"] = "silver"))).Content.ReadAsStringAsync(Cancel));
        var spoofed = new HttpRequestMessage(HttpMethod.Get, "/a");
        spoofed.Headers.Add("fnmesh-claim-tier", "gold");
        Assert.Equal("plain", await (await edge.Client.SendAsync(spoofed, Cancel)).Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Between_functions_a_member_is_who_it_proved_to_be_whatever_token_it_carries()
    {
        await using var edge = await Edge.StartAsync(Policy("from: [ { principals: [ app/orders ] } ]"), caller: SpiffeId.App("mesh.local", "orders"));
        var request = new HttpRequestMessage(HttpMethod.Get, "/a") { Headers = { Host = "shop", Authorization = new AuthenticationHeaderValue("Bearer", "x.y.z") } };

        Assert.Equal(HttpStatusCode.OK, (await edge.Client.SendAsync(request, Cancel)).StatusCode);
        Assert.Equal("spiffe://mesh.local/ns/default/app/orders", _function.Requests.Single().Headers["fnmesh-principal"]);
    }

    [Fact]
    public async Task While_the_keys_cannot_be_got_nobody_is_let_in_and_the_answer_says_why()
    {
        var policy = Policy("from: [ { principals: [ \"*\" ] } ]");
        await _keys.DisposeAsync();
        await using var edge = await Edge.StartAsync(policy);

        var answer = await CallAsync(edge, Token());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the keys of JwtProvider customers", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter!.Delta);
    }

    public async ValueTask DisposeAsync()
    {
        await _function.DisposeAsync();
        await _keys.DisposeAsync();
        _issuer.Dispose();
    }

    private string Provider => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: JwtProvider
        metadata: { name: customers }
        spec: { issuer: "https://login.example", audiences: [ shop ], jwks: { uri: "{{_keys.Address}}keys" } }

        """;

    private string Policy(string from) => $$"""
        {{Provider}}
        {{Yaml.App("shop", _function.Address)}}
        {{Yaml.Route("/", "shop")}}
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: who }
        spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], action: ALLOW, rules: [ { {{from}}, to: [ { operations: [ call ] } ] } ] }

        """;

    private string Token(Action<JsonObject>? change = null) => _issuer.Token(payload: payload =>
    {
        (payload["exp"], payload["iat"]) = (DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        change?.Invoke(payload);
    });

    private static Task<HttpResponseMessage> CallAsync(Edge edge, string? token) =>
        edge.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/a") { Headers = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) } }, Cancel);
}
