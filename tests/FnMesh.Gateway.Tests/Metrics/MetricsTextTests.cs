using System.Diagnostics.Metrics;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Metrics;

public sealed class MetricsTextTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly Instruments _instruments;
    private readonly MetricsText _text;

    public MetricsTextTests()
    {
        _instruments = new Instruments(_meter);
        _text = new MetricsText(_meter, _instruments, NullLogger.Instance);
    }

    public void Dispose()
    {
        _text.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Every_instrument_is_written_in_the_text_format()
    {
        var route = _instruments.Route("orders");
        route.Record("POST", 202, TimeSpan.FromMilliseconds(41));
        route.Record("POST", 202, TimeSpan.FromMilliseconds(5));
        route.Record("POST", 202, TimeSpan.FromSeconds(20));
        var revision = _instruments.Revision("orders", "orders-v1");
        revision.Attempted(Verdict.Answered);
        revision.Attempted(Verdict.Answered);
        revision.Attempted(Verdict.Unreachable);
        revision.Retries.Add();
        _instruments.Refused(Verdict.NoRoute);
        _instruments.EventsPublished.Add(3);
        var subscription = _instruments.Subscription("payments-charge");
        subscription.Acknowledged.Add(2);
        subscription.GivenUp.Add();
        subscription.DeadLetters.Add();
        _instruments.ObserveSubscriptions(() => [new("payments-charge", 7, 1, 2)]);
        _instruments.ObservePolicy(() => "abc");

        Assert.Equal(
            """
            # HELP fnmesh_attempts_total Attempts to reach an endpoint.
            # TYPE fnmesh_attempts_total counter
            fnmesh_attempts_total{fnmesh_app="orders",fnmesh_revision="orders-v1",fnmesh_verdict="Answered"} 2
            fnmesh_attempts_total{fnmesh_app="orders",fnmesh_revision="orders-v1",fnmesh_verdict="Unreachable"} 1
            # HELP fnmesh_dead_letters_total Events kept as dead letters.
            # TYPE fnmesh_dead_letters_total counter
            fnmesh_dead_letters_total{fnmesh_subscription="payments-charge"} 1
            # HELP fnmesh_deliveries_total Deliveries by what became of the event.
            # TYPE fnmesh_deliveries_total counter
            fnmesh_deliveries_total{fnmesh_subscription="payments-charge",fnmesh_disposition="ack"} 2
            fnmesh_deliveries_total{fnmesh_subscription="payments-charge",fnmesh_disposition="dead-letter"} 1
            fnmesh_deliveries_total{fnmesh_subscription="payments-charge",fnmesh_disposition="drop"} 0
            fnmesh_deliveries_total{fnmesh_subscription="payments-charge",fnmesh_disposition="retry"} 0
            # HELP fnmesh_duplicates_total Events that were not delivered because the same came before.
            # TYPE fnmesh_duplicates_total counter
            fnmesh_duplicates_total{fnmesh_subscription="payments-charge"} 0
            # HELP fnmesh_events_lost_total Events whose retention ended before the subscription had looked at them.
            # TYPE fnmesh_events_lost_total counter
            fnmesh_events_lost_total{fnmesh_subscription="payments-charge"} 0
            # HELP fnmesh_events_published_total Events taken into the broker.
            # TYPE fnmesh_events_published_total counter
            fnmesh_events_published_total 3
            # HELP fnmesh_policy_live The live policy's hash.
            # TYPE fnmesh_policy_live gauge
            fnmesh_policy_live{fnmesh_policy="abc"} 1
            # HELP fnmesh_policy_swaps_total Times a new policy became live.
            # TYPE fnmesh_policy_swaps_total counter
            fnmesh_policy_swaps_total 0
            # HELP fnmesh_refusals_total Calls and events that the gateway itself answered or gave up.
            # TYPE fnmesh_refusals_total counter
            fnmesh_refusals_total{fnmesh_verdict="NoRoute"} 1
            # HELP fnmesh_retries_total Attempts that repeated an earlier one.
            # TYPE fnmesh_retries_total counter
            fnmesh_retries_total{fnmesh_app="orders",fnmesh_revision="orders-v1"} 1
            # HELP fnmesh_subscription_in_flight Deliveries under way.
            # TYPE fnmesh_subscription_in_flight gauge
            fnmesh_subscription_in_flight{fnmesh_subscription="payments-charge"} 2
            # HELP fnmesh_subscription_lag Events behind the subscription's cursor.
            # TYPE fnmesh_subscription_lag gauge
            fnmesh_subscription_lag{fnmesh_subscription="payments-charge"} 7
            # HELP fnmesh_subscription_parked Events that wait for a redelivery, or behind one.
            # TYPE fnmesh_subscription_parked gauge
            fnmesh_subscription_parked{fnmesh_subscription="payments-charge"} 1
            # HELP http_server_request_duration_seconds Duration of calls from the request's head to the end of the answer.
            # TYPE http_server_request_duration_seconds histogram
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.005"} 1
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.01"} 1
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.025"} 1
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.05"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.075"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.1"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.25"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.5"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="0.75"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="1"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="2.5"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="5"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="7.5"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="10"} 2
            http_server_request_duration_seconds_bucket{http_request_method="POST",http_response_status_code="202",http_route="orders",le="+Inf"} 3
            http_server_request_duration_seconds_sum{http_request_method="POST",http_response_status_code="202",http_route="orders"} 20.046
            http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="202",http_route="orders"} 3

            """,
            Ours());
    }

    [Fact]
    public void The_runtime_is_measured_too()
    {
        var text = _text.Render();

        Assert.Contains("# TYPE dotnet_process_memory_working_set_bytes gauge\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE dotnet_process_cpu_time_seconds_total counter\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_and_help_are_escaped()
    {
        var counter = new CounterFamily(_meter, "odd.name-1", "ms", "a\\b\nc");
        counter.Bind(new("a.b", "q\"uo\\te\nline"), new("none", null), new("yes", true)).Add();

        Assert.Contains(
            """
            # HELP odd_name_1_milliseconds_total a\\b\nc
            # TYPE odd_name_1_milliseconds_total counter
            odd_name_1_milliseconds_total{a_b="q\"uo\\te\nline",none="",yes="true"} 1

            """,
            _text.Render(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_gauge_that_has_gone_is_no_longer_shown_and_a_counter_of_the_synchronous_kind_adds_up()
    {
        var shown = true;
        _meter.CreateObservableGauge("test_gauge", () => shown ? [new Measurement<double>(double.PositiveInfinity)] : (Measurement<double>[])[]);
        var counter = _meter.CreateCounter<int>("test_counter");
        counter.Add(1);
        counter.Add(2);

        Assert.Contains("test_gauge +Inf\n", _text.Render(), StringComparison.Ordinal);
        shown = false;
        Assert.DoesNotContain("test_gauge", _text.Render(), StringComparison.Ordinal);
        Assert.Contains("test_counter_total 3\n", _text.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_callback_that_fails_takes_nothing_else_away()
    {
        _instruments.ObserveSubscriptions(() => throw new InvalidOperationException("the broker is gone"));
        _instruments.EventsPublished.Add();

        Assert.Contains("fnmesh_events_published_total 1\n", _text.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_tags_are_the_same_series_after_a_new_table()
    {
        _instruments.Revision("a", "a-v1").Attempted(Verdict.Answered);
        _instruments.Revision("a", "a-v1").Attempted(Verdict.Answered);
        _instruments.Route("r").Record("GET", 200, TimeSpan.FromSeconds(1));
        _instruments.Route("r").Record("GET", 200, TimeSpan.FromSeconds(1));

        Assert.Contains("fnmesh_attempts_total{fnmesh_app=\"a\",fnmesh_revision=\"a-v1\",fnmesh_verdict=\"Answered\"} 2\n", _text.Render(), StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds_count{http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"r\"} 2\n", _text.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_are_bounded_and_what_is_beyond_is_counted_together()
    {
        var counter = new CounterFamily(_meter, "many", "{thing}", "Many.");
        for (var i = 0; i < CounterFamily.MaxSeries + 5; i++) counter.Bind(new KeyValuePair<string, object?>("n", i)).Add();

        Assert.Contains("many_total{otel_metric_overflow=\"true\"} 5\n", _text.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_methods_and_statuses_make_no_new_series()
    {
        var route = _instruments.Route(null);
        for (var i = 0; i < 100; i++) route.Record($"M{i}", 5000 + i, TimeSpan.Zero);

        Assert.Contains("http_server_request_duration_seconds_count{http_request_method=\"_OTHER\",http_response_status_code=\"999\"} 100\n", _text.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var route = _instruments.Route("orders");
        var revision = _instruments.Revision("orders", "orders-v1");
        Count();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) Count();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Count()
        {
            route.Record("GET", 200, TimeSpan.FromMilliseconds(1));
            revision.Attempted(Verdict.Answered);
            _instruments.Refused(Verdict.Denied);
            _instruments.EventsPublished.Add();
        }
    }

    private string Ours() => string.Concat(
        _text.Render().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("dotnet_", StringComparison.Ordinal)).Select(line => line + "\n"));
}
