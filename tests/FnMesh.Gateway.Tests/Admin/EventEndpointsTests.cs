using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FnMesh.Gateway.Admin;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Replays;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Admin;

public sealed class EventEndpointsTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private EmbeddedBroker _broker = null!;
    private ReplayRunner _replays = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, TimeProvider.System, default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        EventEndpoints.Map(_app, _broker);
        DeadLetterEndpoints.Map(_app, _broker);
        new LetterEndpoints(_broker, static () => RoutingTable.None).Map(_app);
        _replays = new ReplayRunner(_broker, static () => RoutingTable.None, NullLoggerFactory.Instance, TimeProvider.System);
        new ReplayEndpoints(_broker, _replays, static () => RoutingTable.None, TimeProvider.System).Map(_app);
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _replays.DisposeAsync();
        await _broker.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Events_are_listed_without_data_and_shown_with_it_by_offset_and_id()
    {
        await _broker.AppendAsync([TestEvents.Of("a"), TestEvents.Of("b", data: """{"n":[1]}"""), TestEvents.Of("c", data: "no json")], default);
        var list = await GetAsync("/api/v1/events?limit=2");
        Assert.Equal([3L, 2L], list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("offset").GetInt64()));
        Assert.Equal(2, list.GetProperty("next").GetInt64());
        Assert.False(list.GetProperty("items")[0].TryGetProperty("data", out _));
        Assert.Equal(JsonValueKind.Null, (await GetAsync("/api/v1/events?before=2")).GetProperty("next").ValueKind);
        var shown = await GetAsync("/api/v1/events/b");
        Assert.Equal(shown.ToString(), (await GetAsync("/api/v1/events/2")).ToString());
        Assert.Equal(1, shown.GetProperty("data").GetProperty("n")[0].GetInt32());
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", shown.GetProperty("traceId").GetString());
        Assert.Equal("/tests", shown.GetProperty("attributes").GetProperty("source").GetString());
        Assert.Equal("no json", (await GetAsync("/api/v1/events/3")).GetProperty("data").GetString());
    }

    [Theory]
    [InlineData("/api/v1/events/none", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/deadletters/7", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/events?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/events?since=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/deadletters?before=x", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_answered_is_a_problem(string path, HttpStatusCode status)
    {
        using var answer = await _client.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("""{ "source": "deadletters", "subscribtion": "s" }""", "subscribtion")]
    [InlineData("""{ "source": "events", "subscription": "none" }""", "there is no Subscription 'none'")]
    [InlineData("""{ "source": "events" }""", "whose events")]
    [InlineData("""{ "source": "deadletters", "subscription": "gone" }""", "there is no Subscription 'gone'")]
    [InlineData("""{ "source": "deadletters", "rate": 0 }""", "rate")]
    [InlineData("""{ "source": "deadletters", "from": "2026-01-01T00:00:00Z" }""", "number of a dead letter")]
    [InlineData("nothing", "JSON")]
    public async Task A_replay_that_is_not_understood_begins_nothing(string body, string said)
    {
        using var content = new StringContent(body);
        using var answer = await _client.PostAsync("/api/v1/replays", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
        Assert.Empty((await GetAsync("/api/v1/replays")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Dead_letters_are_discarded_one_by_one_and_by_filter()
    {
        await _broker.RegisterAsync("s", null, default);
        await _broker.AppendAsync([TestEvents.Of("a")], default);
        for (var n = 0; n < 3; n++) await _broker.SettleAsync("s", new Settlement.DeadLettered(BrokerConformance.Letter("s", 1), 1), default);
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync("/api/v1/deadletters/1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.DeleteAsync("/api/v1/deadletters/1")).StatusCode);
        foreach (var (body, left) in ((string, int)[])[("""{ "type": "other" }""", 2), ("""{ "dryRun": true }""", 2), ("""{ "subject": "none" }""", 2), ("""{ "eventSource": "/none" }""", 2), ("""{ "from": "9" }""", 2), ("""{ "to": "3" }""", 1), ("""{ "subscription": "s" }""", 0)])
        {
            using var content = new StringContent(body);
            using var answer = await _client.PostAsync("/api/v1/deadletters/discard", content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(left, (await GetAsync("/api/v1/deadletters")).GetProperty("items").GetArrayLength());
        }
    }

    [Theory]
    [InlineData("""{ "rate": 5 }""", "rate")]
    [InlineData("""{ "into": "t" }""", "into")]
    [InlineData("""{ "source": "events" }""", "source")]
    [InlineData("""{ "from": "yesterday" }""", "number of a dead letter")]
    public async Task A_discarding_that_is_not_understood_discards_nothing(string body, string said)
    {
        await _broker.RegisterAsync("s", null, default);
        await _broker.SettleAsync("s", new Settlement.DeadLettered(BrokerConformance.Letter("s", 1), 1), default);
        using var content = new StringContent(body);
        using var answer = await _client.PostAsync("/api/v1/deadletters/discard", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
        Assert.Equal(1, (await GetAsync("/api/v1/deadletters")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_dead_letter_whose_subscription_is_gone_is_not_redriven_and_stays()
    {
        await _broker.RegisterAsync("s", null, default);
        await _broker.SettleAsync("s", new Settlement.DeadLettered(BrokerConformance.Letter("s", 1), 1), default);
        using var answer = await _client.PostAsync("/api/v1/deadletters/1/redrive", null);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(1, (await GetAsync("/api/v1/deadletters")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_dead_letter_shows_its_attempts_and_the_error_attributes()
    {
        await _broker.RegisterAsync("s", null, default);
        var letter = new DeadLetter
        {
            Subscription = "s",
            Offset = 1,
            Time = DateTimeOffset.UnixEpoch,
            Received = DateTimeOffset.UnixEpoch,
            Destination = "http://x/",
            Code = 500,
            Verdict = Verdict.Answered,
            Reason = "no",
            ErrorData = "oops"u8.ToArray(),
            Deliveries = 1,
            Event = TestEvents.Of("a"),
            Attempts = [new AttemptRecord(DateTimeOffset.UnixEpoch, TimeSpan.FromMilliseconds(5), new Uri("http://x/"), 500, Verdict.Answered, null)],
        };
        await _broker.SettleAsync("s", new Settlement.DeadLettered(letter, 1), default);
        Assert.Equal(1, (await GetAsync("/api/v1/deadletters?subscription=s")).GetProperty("items")[0].GetProperty("event").GetProperty("offset").GetInt64());
        var shown = await GetAsync("/api/v1/deadletters/1");
        var attributes = shown.GetProperty("attributes");
        Assert.Equal(
            ("http://x/", "500", "oops"),
            (attributes.GetProperty("knativeerrordest").GetString(), attributes.GetProperty("knativeerrorcode").GetString(), attributes.GetProperty("knativeerrordata").GetString()));
        Assert.Equal(("Answered", "oops"), (shown.GetProperty("verdict").GetString(), shown.GetProperty("errorData").GetString()));
        Assert.Equal(500, shown.GetProperty("attempts")[0].GetProperty("status").GetInt32());
    }

    private Task<JsonElement> GetAsync(string path) => _client.GetFromJsonAsync<JsonElement>(path);
}
