using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Webhooks;

/// <summary>Deliveries to an address outside the mesh, through a whole gateway.</summary>
[Collection("telemetry")]
public sealed class WebhookTests
{
    private const string Signed = "signing: { keys: [ { fromEnv: NEW_KEY }, { fromEnv: OLD_KEY } ] }";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly byte[] NewKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] OldKey = [.. Enumerable.Range(101, 24).Select(i => (byte)i)];
    private static readonly Dictionary<string, string?> Keys = new() { ["NEW_KEY"] = $"whsec_{Convert.ToBase64String(NewKey)}", ["OLD_KEY"] = $"whsec_{Convert.ToBase64String(OldKey)}\n" };

    [Fact]
    public async Task Nothing_is_delivered_before_the_address_has_permitted_it_and_the_subscription_says_why()
    {
        await using var target = await Target.StartAsync(with => with.OnOptions = static answer => answer.StatusCode = 200);
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address));
        await mesh.Log.HearAsync("WebhookRefused", Cancel);

        (await mesh.PublishAsync("test.a", "1")).Dispose();
        var waits = await mesh.Log.HearAsync("Waits", Cancel);
        Assert.Empty(target.Posts);
        Assert.Contains("its answer 200 to OPTIONS has no WebHook-Allowed-Origin", waits, StringComparison.Ordinal);
        Assert.Contains("WebHook-Allowed-Origin: events.shop.example", (await mesh.AskAsync("/api/v1/deliveries/audit")).GetProperty("waits").GetString(), StringComparison.Ordinal);

        target.OnOptions = static answer => answer.Headers["WebHook-Allowed-Origin"] = "*";
        var delivered = await target.NextAsync("POST");
        Assert.Equal(("/in?for=shop", "1"), (delivered.Target, delivered.Headers["fnmesh-delivery"]));
        Assert.All(target.Questions, question => Assert.Equal(("/in?for=shop", WebhookYaml.Origin), (question.Target, question.Headers["WebHook-Request-Origin"])));
        Assert.Null((await mesh.AskAsync("/api/v1/deliveries/audit")).GetProperty("waits").GetString());
    }

    [Fact]
    public async Task A_delivery_is_a_whole_event_as_JSON_which_every_key_has_signed_with_the_time()
    {
        await using var target = await Target.StartAsync();
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address, Signed), environment: Keys);

        (await mesh.PublishAsync("test.a", "1", """{"n":1}""")).Dispose();
        var delivered = await target.NextAsync("POST");

        var (id, seconds) = (delivered.Headers["webhook-id"], delivered.Headers["webhook-timestamp"]);
        var signed = Encoding.UTF8.GetBytes($"{id}.{seconds}.{Encoding.UTF8.GetString(delivered.Body)}");
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(NewKey, signed))} v1,{Convert.ToBase64String(HMACSHA256.HashData(OldKey, signed))}", delivered.Headers["webhook-signature"]);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(("application/cloudevents+json; charset=utf-8", WebhookYaml.Origin), (delivered.Headers["content-type"], delivered.Headers["WebHook-Request-Origin"]));
        var body = JsonDocument.Parse(delivered.Body).RootElement;
        Assert.Equal(("1", "/test", "test.a", 1), (body.GetProperty("id").GetString(), body.GetProperty("source").GetString(), body.GetProperty("type").GetString(), body.GetProperty("data").GetProperty("n").GetInt32()));
        Assert.DoesNotContain(delivered.Headers.Keys, name => name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase) || name.Equals("fnmesh-principal", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_redelivery_has_the_same_id_and_is_signed_anew()
    {
        await using var target = await Target.StartAsync(with => with.OnPost = static (answer, number) => answer.StatusCode = number == 1 ? 500 : 204);
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address, Signed), environment: Keys);

        (await mesh.PublishAsync("test.a", "1")).Dispose();
        var (first, second) = (await target.NextAsync("POST"), await target.NextAsync("POST"));

        Assert.Equal(("1", "2"), (first.Headers["fnmesh-delivery"], second.Headers["fnmesh-delivery"]));
        Assert.Equal(first.Headers["webhook-id"], second.Headers["webhook-id"]);
        Assert.NotEqual("", second.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task A_batch_is_signed_as_a_whole()
    {
        await using var target = await Target.StartAsync();
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address, Signed, "batch: { size: 2, wait: 5s }"), environment: Keys);

        foreach (var id in new[] { "1", "2" }) (await mesh.PublishAsync("test.a", id)).Dispose();
        var delivered = await target.NextAsync("POST");

        var signed = Encoding.UTF8.GetBytes($"{delivered.Headers["webhook-id"]}.{delivered.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(delivered.Body)}");
        Assert.StartsWith($"v1,{Convert.ToBase64String(HMACSHA256.HashData(NewKey, signed))} ", delivered.Headers["webhook-signature"], StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(delivered.Body).RootElement.GetArrayLength());
        Assert.DoesNotContain("fnmesh-principal", delivered.Headers.Keys);
    }

    [Fact]
    public async Task Gone_pauses_the_subscription_keeps_the_event_and_asks_nobody_until_it_was_paused_and_resumed()
    {
        await using var target = await Target.StartAsync(with => with.OnPost = static (answer, number) => answer.StatusCode = number == 1 ? 410 : 204);
        var policy = WebhookYaml.Of(target.Address);
        await using var mesh = await RunningMesh.StartAsync(policy);
        await mesh.Log.HearAsync("WebhookGiven", Cancel);

        (await mesh.PublishAsync("test.a", "1")).Dispose();
        Assert.Contains("answered 410 Gone", await mesh.Log.HearAsync("Waits", Cancel), StringComparison.Ordinal);
        await mesh.ApplyAsync(policy);
        var state = await mesh.AskAsync("/api/v1/deliveries/audit");
        Assert.Contains("answered 410 Gone", state.GetProperty("waits").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, 1), (state.GetProperty("parked").GetInt32(), state.GetProperty("lag").GetInt32()));
        Assert.Equal((1, 1), (target.Posts.Count(), target.Questions.Count()));

        await mesh.ApplyAsync(WebhookYaml.Of(target.Address, more: ", paused: true"));
        await mesh.ApplyAsync(policy);
        await target.NextAsync("POST");
        var again = await target.NextAsync("POST");
        Assert.Equal(("1", 2), (JsonDocument.Parse(again.Body).RootElement.GetProperty("id").GetString(), target.Questions.Count()));
    }

    [Fact]
    public async Task What_the_address_asks_to_wait_holds_for_every_event_of_the_subscription()
    {
        await using var target = await Target.StartAsync(with => with.OnPost = static (answer, number) =>
        {
            answer.StatusCode = number == 1 ? 429 : 204;
            if (number == 1) answer.Headers.RetryAfter = "3600";
        });
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address));
        await mesh.Log.HearAsync("WebhookGiven", Cancel);

        (await mesh.PublishAsync("test.a", "1")).Dispose();
        await target.NextAsync("POST");
        (await mesh.PublishAsync("test.a", "2")).Dispose();

        Assert.Contains("it answered 429 and asks to be left alone, for 3", await mesh.Log.HearAsync("Waits", Cancel), StringComparison.Ordinal);
        Assert.Single(target.Posts);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(415)]
    public async Task A_redirect_is_not_followed_and_like_a_format_that_is_not_understood_ends_as_a_dead_letter(int status)
    {
        await using var canary = await Target.StartAsync();
        await using var target = await Target.StartAsync(with => with.OnPost = (answer, _) =>
        {
            answer.StatusCode = status;
            answer.Headers.Location = canary.Address.ToString();
        });
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address));

        (await mesh.PublishAsync("test.a", "1")).Dispose();
        await mesh.Log.HearAsync("DeadLettered", Cancel);

        Assert.Equal(status, Assert.Single((await mesh.AskAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray()).GetProperty("code").GetInt32());
        Assert.Single(target.Posts);
        Assert.Empty(canary.Posts.Concat(canary.Questions));
    }

    [Fact]
    public async Task A_secret_that_is_missing_holds_events_up_and_names_its_place()
    {
        using var folder = new TempFolder();
        await using var target = await Target.StartAsync();
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address, $"handshake: false, signing: {{ keys: [ {{ fromFile: '{folder["key"]}' }} ] }}"));

        (await mesh.PublishAsync("test.a", "1")).Dispose();
        (await mesh.PublishAsync("test.a", "2")).Dispose();
        Assert.Matches(@"key' cannot be read: .* \(policy\.yaml:10:", await mesh.Log.HearAsync("Waits", Cancel));
        Assert.Empty(target.Posts.Concat(target.Questions));

        await File.WriteAllTextAsync(folder["key"], Keys["NEW_KEY"] + "\n", Cancel);
        Assert.StartsWith("v1,", (await target.NextAsync("POST")).Headers["webhook-signature"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_of_something_else_asks_nobody_again_and_one_of_the_rate_does()
    {
        await using var target = await Target.StartAsync(with => with.OnOptions = static answer =>
        {
            answer.Headers["WebHook-Allowed-Origin"] = WebhookYaml.Origin;
            answer.Headers["WebHook-Allowed-Rate"] = "*";
        });
        await using var mesh = await RunningMesh.StartAsync(WebhookYaml.Of(target.Address));
        await target.NextAsync("OPTIONS");

        await mesh.ApplyAsync(WebhookYaml.Of(target.Address, delivery: "retry: 7"));
        (await mesh.PublishAsync("test.a", "1")).Dispose();
        await target.NextAsync("POST");
        Assert.Single(target.Questions);

        await mesh.ApplyAsync(WebhookYaml.Of(target.Address, delivery: "rate: 2"));
        Assert.Equal("120", (await target.NextAsync("OPTIONS")).Headers["WebHook-Request-Rate"]);
    }
}
