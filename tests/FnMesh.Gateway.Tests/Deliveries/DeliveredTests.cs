using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Deliveries;

/// <summary>What a whole gateway makes of events that say more, and of what it is told to do with them.</summary>
[Collection("telemetry")]
public sealed class DeliveredTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_answered_event_by_event_and_what_failed_in_it_is_a_dead_letter_by_itself()
    {
        await using var function = await ScriptedFunction.StartAsync(static async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"failed":[{"source":"/test","id":"2","status":422}]}""");
        });
        await using var mesh = await RunningMesh.StartAsync(
            Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop", "batch: { size: 3, wait: 20s }") + Yaml.Publishers());

        foreach (var id in new[] { "1", "2", "3" }) (await mesh.PublishAsync("test.a", id, $$"""{"n":{{id}}}""")).Dispose();
        await mesh.Log.HearAsync("DeadLettered", Cancel);
        var letter = Assert.Single((await mesh.AskAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray());

        var request = Assert.Single(function.Requests);
        var events = JsonNode.Parse(Encoding.UTF8.GetString(request.Body))!.AsArray();
        Assert.Equal("application/cloudevents-batch+json; charset=utf-8", request.Headers["content-type"]);
        Assert.Equal(["1", "2", "3"], events.Select(one => (string)one!["id"]!).Order());
        Assert.All(events, one => Assert.Equal((string)one!["id"]!, one["data"]!["n"]!.ToJsonString()));
        Assert.Equal((422, 2L, 1), (letter.GetProperty("code").GetInt32(), letter.GetProperty("offset").GetInt64(), letter.GetProperty("deliveries").GetInt32()));
    }

    [Fact]
    public async Task What_became_of_the_deliveries_to_a_revision_is_told_by_the_gateway()
    {
        await using var function = await ScriptedFunction.StartAsync(200, 400);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers());

        (await mesh.PublishAsync("test.a", "1", key: "k")).Dispose();
        (await mesh.PublishAsync("test.a", "2", key: "k")).Dispose();
        await mesh.Log.HearAsync("DeadLettered", Cancel);
        var told = await mesh.AskAsync("/api/v1/deliveries/shop-a");

        var revision = Assert.Single(told.GetProperty("revisions").EnumerateArray());
        Assert.Equal(("shop", "shop-v1"), (revision.GetProperty("app").GetString(), revision.GetProperty("revision").GetString()));
        Assert.Equal((1, 0, 1, 0), (Count("done"), Count("again"), Count("deadLetters"), Count("unsettled")));
        Assert.True(revision.GetProperty("meanMilliseconds").GetDouble() > 0);
        Assert.Equal("shop-a", told.GetProperty("subscription").GetString());
        var unknown = await Assert.ThrowsAsync<HttpRequestException>(() => mesh.AskAsync("/api/v1/deliveries/shop-b"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        int Count(string name) => revision.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task An_event_that_has_expired_is_not_run_and_its_dead_letter_says_so()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers());

        using var request = Event();
        request.Headers.Add("ce-expirytime", "2026-01-31T12:00:00Z");
        (await mesh.Client.SendAsync(request, Cancel)).Dispose();
        await mesh.Log.HearAsync("DeadLettered", Cancel);
        var letter = Assert.Single((await mesh.AskAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray());

        Assert.Empty(function.Requests);
        Assert.Equal(("Expired", 504), (letter.GetProperty("verdict").GetString(), letter.GetProperty("code").GetInt32()));
        Assert.Contains("expirytime", letter.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delivery_time_that_is_none_is_refused_at_the_door()
    {
        await using var mesh = await RunningMesh.StartAsync(Yaml.Publishers());

        using var request = Event();
        request.Headers.Add("ce-deliverytime", "tomorrow");
        using var answer = await mesh.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("deliverytime", JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static HttpRequestMessage Event()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", "1"), ("source", "/test"), ("type", "test.a") }) request.Headers.Add($"ce-{name}", value);
        return request;
    }
}
