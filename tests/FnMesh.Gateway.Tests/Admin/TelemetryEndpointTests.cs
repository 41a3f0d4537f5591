using System.Net;
using System.Text.Json;
using FnMesh.Gateway.Admin;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Tracing;
using FnMesh.Gateway.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Admin;

[Collection("telemetry")]
public sealed class TelemetryEndpointTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fnmesh-admin-").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = SpanRig.Timeout };
    private readonly ArmedClock _deadlines = new();
    private Telemetry _telemetry = null!;
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _telemetry = await Telemetry.StartAsync(new() { DataDirectory = _folder }, new ConfigurationBuilder().Build(), NullLoggerFactory.Instance, time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        TraceEndpoints.Map(_app, _telemetry.Store, _deadlines);
        MetricsEndpoint.Map(_app, _telemetry.Text);
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _telemetry.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_trace_is_answered_as_soon_as_its_spans_have_ended()
    {
        var call = _telemetry.Spans.StartCall(TraceHeaders.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null), "GET", "/a")!;
        var attempt = _telemetry.Spans.StartAttempt(call, 1)!;
        Spans.FinishAttempt(attempt, new AttemptRecord(new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero), TimeSpan.FromMilliseconds(500), null, null, Verdict.NoEndpoint, null));
        _telemetry.Spans.Finish(call, new Outcome(Verdict.NoEndpoint, "none is ready"));

        var json = await _http.GetStringAsync(new Uri("/api/v1/traces/0AF7651916CD43DD8448EB211C80319C", UriKind.Relative));

        Assert.Equal(
            $$$"""
            {"traceId":"0af7651916cd43dd8448eb211c80319c","spans":[{"spanId":"{{{call.SpanId}}}","parentId":"b7ad6b7169203331","meshParentId":null,"kind":"call","name":"GET /a","start":"2026-01-01T00:00:00Z","durationMs":0.0001,"status":503,"verdict":"NoEndpoint","attributes":{"fnmesh.kind":"call","http.request.method":"GET","url.path":"/a","fnmesh.verdict":"NoEndpoint","fnmesh.reason":"none is ready","http.response.status_code":503,"error.type":"NoEndpoint"}},{"spanId":"{{{attempt.SpanId}}}","parentId":"{{{call.SpanId}}}","meshParentId":null,"kind":"attempt","name":"attempt 1","start":"2026-01-01T00:00:00Z","durationMs":1500,"status":null,"verdict":"NoEndpoint","attributes":{"fnmesh.kind":"attempt","fnmesh.attempt":1,"fnmesh.verdict":"NoEndpoint","error.type":"NoEndpoint"}}]}
            """,
            json);
    }

    [Theory]
    [InlineData("0af7651916cd43dd8448eb211c80319d", HttpStatusCode.NotFound)]
    [InlineData("00000000000000000000000000000000", HttpStatusCode.BadRequest)]
    [InlineData("nonsense", HttpStatusCode.BadRequest)]
    public async Task An_unknown_trace_is_not_found_and_what_is_no_trace_id_is_refused(string id, HttpStatusCode status)
    {
        using var answer = await _http.GetAsync(new Uri($"/api/v1/traces/{id}", UriKind.Relative));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_in_time_is_503_and_answers_again_later()
    {
        var call = _telemetry.Spans.StartCall(null, "GET", "/a")!;
        var path = new Uri($"/api/v1/traces/{call.TraceId}", UriKind.Relative);
        // A writer of somebody else's holds the store's own up.
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(_folder, "spans.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var hold = other.BeginTransaction(deferred: false);
            _telemetry.Spans.Finish(call, Outcome.Answered(200));
            var asked = _http.GetAsync(path);
            await _deadlines.Armed.WaitAsync(SpanRig.Timeout);

            _deadlines.Advance(TimeSpan.FromSeconds(5));

            using var refused = await asked;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            Assert.Contains("busy", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var answer = await _http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_are_text_for_prometheus()
    {
        _telemetry.Instruments.EventsPublished.Add(2);

        using var answer = await _http.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("fnmesh_events_published_total 2\n", text, StringComparison.Ordinal);
        Assert.Contains("fnmesh_spans_dropped_total 0\n", text, StringComparison.Ordinal);
    }
}
