using System.Net;
using System.Text;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Limits;

/// <summary>Limits of a TrafficPolicy for the broker.</summary>
[Collection("telemetry")]
public sealed class LimitedPublicationsTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beyond_the_rate_publications_are_answered_with_429_and_nothing_of_them_is_stored()
    {
        await using var mesh = await RunningMesh.StartAsync(Yaml.Publishers() + Limits("requestsPerSecond: 1, burst: 2, per: principal"));

        using var first = await mesh.PublishAsync("test.a", "1");
        using var second = await BatchAsync(mesh, "2", "3");
        using var refused = await mesh.PublishAsync("test.a", "4");
        using var whole = await BatchAsync(mesh, "5", "6");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal("\"publications\";q=2;w=2", Assert.Single(first.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"publications\";r=1;t=", Assert.Single(first.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        Assert.All([refused, whole], answer =>
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, "RateLimited", "1"), (answer.StatusCode, answer.Headers.GetValues("fnmesh-verdict").Single(), answer.Headers.GetValues("Retry-After").Single()));
            Assert.StartsWith("\"publications\";r=0;t=", Assert.Single(answer.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        });
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Contains("1 a second of each principal to the broker", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var stored = (await mesh.AskAsync("/api/v1/events")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("attributes").GetProperty("id").GetString());
        Assert.Equal(["1", "2", "3"], stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Whom_a_policy_denies_uses_up_nothing_and_calls_do_not_count()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/a", "shop") + Yaml.Publishers() + Limits("requestsPerSecond: 1"));
        for (var count = 0; count < 3; count++)
        {
            using var denied = await mesh.PublishAsync("other.a", "1");
            Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
            using var call = await mesh.Client.GetAsync("/a", Cancel);
            Assert.Equal(HttpStatusCode.OK, call.StatusCode);
        }

        using var answer = await mesh.PublishAsync("test.a", "1");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> BatchAsync(RunningMesh mesh, params string[] ids)
    {
        var events = string.Join(',', ids.Select(id => $$"""{"specversion":"1.0","id":"{{id}}","source":"/test","type":"test.a"}"""));
        return mesh.Client.PostAsync("/events", new StringContent($"[{events}]", Encoding.UTF8, "application/cloudevents-batch+json"), Cancel);
    }

    private static string Limits(string limits) => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: publications }
        spec: { targetRefs: [ { kind: Broker, name: default } ], limits: { {{limits}} } }

        """;
}
