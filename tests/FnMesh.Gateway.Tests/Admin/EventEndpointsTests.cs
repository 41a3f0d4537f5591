using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FnMesh.Gateway.Admin;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Pipeline;
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
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
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
    [InlineData("/api/v1/deadletters?before=x", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_answered_is_a_problem(string path, HttpStatusCode status)
    {
        using var answer = await _client.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_dead_letter_shows_its_attempts_and_the_error_attributes()
    {
        await _broker.RegisterAsync("s", default);
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
