using System.Diagnostics;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Attempts;

public sealed class AttemptLoopTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ActivitySource _source = new("FnMesh.Gateway.Tests.AttemptLoop");
    private readonly Scripted _attempt = new();

    [Fact]
    public async Task A_probe_that_fails_by_a_bug_leaves_the_breaker_able_to_probe_again()
    {
        var resilience = Some.Resilience with { CircuitBreaker = new CircuitBreakerEntry(0.5, 2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)) };
        var way = Some.Way("shop", resilience, _time, new Uri("http://127.0.0.1:1"));
        _attempt.Status = 500;
        await CallAsync(way);
        await CallAsync(way);
        Assert.Equal(Verdict.BreakerOpen, (await CallAsync(way)).Verdict);

        _time.Advance(TimeSpan.FromSeconds(6));
        _attempt.Bug = new InvalidOperationException("a bug");
        await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(way));
        _attempt.Bug = null;
        _attempt.Status = 200;
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(Verdict.Answered, (await CallAsync(way)).Verdict);
    }

    [Theory]
    [InlineData("/orders/7", true)]
    [InlineData("/payments/7", false)]
    public async Task A_POST_that_was_answered_503_is_worth_repeating_where_its_function_is_idempotent(string path, bool repeated)
    {
        var calls = RepeatableCalls.Of([new DeclaredCall(["POST"], "orders/{id}", Idempotent: true), new DeclaredCall(["POST"], "payments/{id}", Idempotent: false)]);
        var way = Some.Way("shop", Some.Resilience with { RetryAttempts = 1 }, calls, _time, new Uri("http://127.0.0.1:1"));
        await CallAsync(way, "POST", path);
        Assert.Equal(repeated, _attempt.Hold!(new(503, null)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_not_sent_goes_beyond_the_budget_only_where_another_endpoint_stands(bool stands)
    {
        var resilience = Some.Resilience with { RetryAttempts = 1, RetryBackoff = TimeSpan.Zero, RetryBudget = new(0, TimeSpan.FromSeconds(10), 0, TimeSpan.FromSeconds(1)) };
        var way = Some.Way("shop", resilience, _time, new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2"));
        if (!stands) way.Backend.Endpoints[1].State.Unreachable();
        (_attempt.Status, _attempt.DeadFirst) = (200, true);
        // A call would wait for one of them.
        Assert.Equal(stands ? Verdict.Answered : Verdict.Unreachable, (await CallAsync(way, kind: EnvelopeKind.Delivery)).Verdict);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(null, false)]
    public async Task A_time_that_the_caller_chose_opens_no_breaker_and_puts_no_endpoint_out(int? seconds, bool stands)
    {
        var way = Some.Way("shop", Broken, _time, new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2"));
        _attempt.Silent = true;
        for (var call = 0; call < 4; call++)
        {
            var running = CallAsync(way, patience: seconds is { } limit ? TimeSpan.FromSeconds(limit) : null);
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(stands || call < 2 ? Verdict.Timeout : Verdict.BreakerOpen, (await running).Verdict);
        }

        Assert.Equal(stands, way.CannotServe() is null);
        Assert.Equal(stands, way.Backend.Endpoints.All(endpoint => endpoint.State.Stands));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(null, false)]
    public async Task A_function_that_says_that_its_callers_time_is_up_has_not_failed(int? seconds, bool stands)
    {
        var way = Some.Way("shop", Broken, _time, new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2"));
        (_attempt.Status, _attempt.Grpc) = (200, 4);
        for (var call = 0; call < 4; call++) await CallAsync(way, patience: seconds is { } limit ? TimeSpan.FromSeconds(limit) : null);

        Assert.Equal(stands, way.CannotServe() is null);
        Assert.Equal(stands, way.Backend.Endpoints.All(endpoint => endpoint.State.Stands));
    }

    public void Dispose() => _source.Dispose();

    private static ResilienceEntry Broken { get; } = Some.Resilience with
    {
        CircuitBreaker = new CircuitBreakerEntry(0.5, 2, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)),
        Balancing = BalancingEntry.Default with { Outlier = new(1, TimeSpan.FromMinutes(5), 100) },
    };

    private async Task<Outcome> CallAsync(Way way, string method = "GET", string path = "/", TimeSpan? patience = null, EnvelopeKind kind = EnvelopeKind.Call)
    {
        var envelope = new Envelope { Kind = kind, Table = RoutingTable.None, Started = _time.GetTimestamp(), Method = method, Target = path.AsMemory(), PathLength = path.Length, Way = way, CallerTimeout = patience };
        return await new AttemptLoop(_attempt, new Spans(_source, _time), new Randomness(1), _time).RunAsync(envelope, TestContext.Current.CancellationToken);
    }

    private sealed class Scripted : IAttempt
    {
        public int Status { get; set; }

        public int? Grpc { get; set; }

        /// <summary>Nobody answers until time is up.</summary>
        public bool Silent { get; set; }

        public Exception? Bug { get; set; }

        /// <summary>Nobody listens at the first endpoint that is tried.</summary>
        public bool DeadFirst { get; set; }

        public bool CanRepeat => true;

        public Func<AnswerHead, bool>? Hold { get; private set; }

        public ValueTask<AttemptResult> SendAsync(Envelope envelope, Endpoint endpoint, int number, TraceContext trace, Func<AnswerHead, bool> hold, CancellationToken cancel)
        {
            Hold = hold;
            if (DeadFirst && number == 1) return new(new AttemptResult(new Outcome(Verdict.Unreachable, "nobody listens", null, null), endpoint, Unsent: true, Final: false));
            if (Silent) return WaitAsync(endpoint, cancel);
            return Bug is null ? new(new AttemptResult(Outcome.Answered(Status) with { Grpc = Grpc }, endpoint, Unsent: false, Final: true)) : throw Bug;
        }

        private static async ValueTask<AttemptResult> WaitAsync(Endpoint endpoint, CancellationToken cancel)
        {
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new(new Outcome(Verdict.Cancelled, "the caller went away"), endpoint, Unsent: false, Final: false);
        }
    }
}
