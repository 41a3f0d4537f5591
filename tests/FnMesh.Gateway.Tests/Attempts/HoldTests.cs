using System.Diagnostics;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Attempts;

/// <summary>Calls that find nobody of their backend.</summary>
public sealed class HoldTests : IDisposable
{
    private static readonly Uri Old = new("http://127.0.0.1:1");
    private static readonly Uri New = new("http://127.0.0.1:2");

    private readonly ReadTime _time = new();
    private readonly ActivitySource _source = new("FnMesh.Gateway.Tests.Hold");
    private readonly Standings _standings = new();
    private readonly Dead _attempt = new();
    private readonly Way _way;

    public HoldTests() => _way = Way(Some.Resilience, Old);

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task What_was_not_sent_because_the_only_endpoint_is_gone_goes_to_the_next_one_that_comes(string method)
    {
        var call = CallAsync(method: method);
        Assert.False(call.IsCompleted);

        Come(New);

        Assert.Equal(Verdict.Answered, (await call).Verdict);
        Assert.Equal([Old, New], _attempt.Tried);
    }

    [Fact]
    public async Task While_nobody_is_there_a_call_waits_without_trying_who_is_gone()
    {
        var (first, second) = (CallAsync(), CallAsync());
        Come(New);

        Assert.All(await Task.WhenAll(first, second), outcome => Assert.Equal(Verdict.Answered, outcome.Verdict));
        Assert.Equal([Old, New, New], _attempt.Tried);
    }

    [Fact]
    public async Task An_endpoint_that_left_the_table_is_waited_for_too()
    {
        var way = Way(Some.Resilience);
        var call = CallAsync(way: way);
        Assert.False(call.IsCompleted);

        Fill(way, New);

        Assert.Equal(Verdict.Answered, (await call).Verdict);
        Assert.Equal([New], _attempt.Tried);
    }

    [Fact]
    public async Task One_that_listens_again_at_its_address_is_found_by_a_call_that_waits()
    {
        var call = CallAsync();
        _attempt.Alive.Add(Old);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Verdict.Answered, (await call).Verdict);
    }

    [Fact]
    public async Task While_a_call_waits_an_address_is_tried_every_second_however_often_nobody_listened_there()
    {
        var call = CallAsync();
        for (var second = 1; second <= 5; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(second + 1, _attempt.Tried.Length);
        }

        _time.Advance(TimeSpan.FromSeconds(0.1));
        _attempt.Alive.Add(Old);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(Verdict.Answered, (await Now(call)).Verdict);
    }

    [Fact]
    public async Task Of_several_addresses_each_is_tried_every_second_while_a_call_waits()
    {
        var way = Way(Some.Resilience, Old, New);
        way.Backend.Endpoints[0].State.Unreachable();
        _time.Advance(TimeSpan.FromSeconds(1));
        way.Backend.Endpoints[0].State.Unreachable();
        way.Backend.Endpoints[1].State.Unreachable();
        var call = CallAsync(way: way);
        _attempt.Alive.Add(Old);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Verdict.Answered, (await Now(call)).Verdict);
    }

    [Fact]
    public async Task While_nobody_waits_pauses_grow()
    {
        var state = _way.Backend.Endpoints[0].State;
        using var gone = new CancellationTokenSource();
        var call = CallAsync(cancel: gone.Token);
        await gone.CancelAsync();
        Assert.Equal(Verdict.Cancelled, (await call).Verdict);
        _time.Advance(TimeSpan.FromSeconds(1));
        state.Unreachable();

        Assert.Equal(TimeSpan.FromSeconds(2), state.DueIn);
    }

    [Fact]
    public async Task Whenever_a_caller_goes_away_that_was_to_try_an_address_the_next_may()
    {
        for (var reading = 1; reading <= 20; reading++)
        {
            var way = Way(Some.Resilience, Old);
            _attempt.Alive.Clear();
            using var gone = new CancellationTokenSource();
            var first = CallAsync(way: way, cancel: gone.Token);
            _attempt.Alive.Add(Old);
            _time.At(reading, gone.Cancel);
            _time.Advance(TimeSpan.FromSeconds(1));
            await gone.CancelAsync();
            await first;

            Assert.Equal(Verdict.Answered, (await Now(CallAsync(way: way))).Verdict);
        }
    }

    [Fact]
    public async Task Whenever_an_address_that_is_due_comes_back_by_another_call_who_looks_for_it_goes_on()
    {
        for (var reading = 1; reading <= 20; reading++)
        {
            var way = Way(Some.Resilience, Old);
            var state = way.Backend.Endpoints[0].State;
            state.Unreachable();
            _time.Advance(TimeSpan.FromSeconds(1.5));
            _attempt.Alive.Add(Old);
            _time.At(reading, () => state.Succeeded(_time.GetTimestamp()));

            Assert.Equal(Verdict.Answered, (await CallAsync(way: way)).Verdict);
        }
    }

    [Fact]
    public async Task Ten_seconds_after_the_last_endpoint_was_lost_calls_fail_and_further_ones_at_once_until_one_stands_again()
    {
        var call = CallAsync();
        _time.Advance(TimeSpan.FromSeconds(9.5));
        var late = CallAsync();
        Assert.False(late.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(Verdict.Unreachable, (await call).Verdict);
        Assert.Equal(Verdict.Unreachable, (await late).Verdict);

        Assert.Equal(Verdict.Unreachable, (await Now(CallAsync())).Verdict);
        Come();
        Assert.Equal(Verdict.NoEndpoint, (await Now(CallAsync())).Verdict);

        Come(New);
        Assert.Equal(Verdict.Answered, (await Now(CallAsync())).Verdict);
        _attempt.Alive.Clear();
        Assert.False(CallAsync().IsCompleted);
    }

    [Fact]
    public async Task No_call_waits_beyond_its_deadline()
    {
        var call = CallAsync(patience: TimeSpan.FromMilliseconds(300));
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(Verdict.Unreachable, (await call).Verdict);
    }

    [Fact]
    public async Task A_caller_that_goes_away_waits_no_more()
    {
        using var gone = new CancellationTokenSource();
        var call = CallAsync(cancel: gone.Token);
        Assert.Equal(1, _way.Vacancy!.Waiting);
        await gone.CancelAsync();

        Assert.Equal(Verdict.Cancelled, (await call).Verdict);
        Assert.Equal(0, _way.Vacancy.Waiting);
    }

    [Fact]
    public async Task When_as_many_wait_as_may_the_next_is_told_to_come_again()
    {
        var waiting = Enumerable.Range(0, Vacancy.MaxWaiting).Select(_ => CallAsync()).ToArray();
        var one = await Now(CallAsync());
        Assert.Equal((Verdict.Overloaded, TimeSpan.FromSeconds(1)), (one.Verdict, one.RetryAfter));

        Come(New);
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(Verdict.Answered, outcome.Verdict));
    }

    [Fact]
    public async Task What_was_sent_and_may_not_be_repeated_is_not_held()
    {
        _attempt.BreaksOff = true;
        Assert.Equal(Verdict.Unreachable, (await Now(CallAsync("POST"))).Verdict);
    }

    [Fact]
    public async Task What_cannot_be_sent_once_more_is_not_held()
    {
        _attempt.CanRepeat = false;
        Assert.Equal(Verdict.Unreachable, (await Now(CallAsync())).Verdict);
    }

    [Fact]
    public async Task A_delivery_is_not_held() => Assert.Equal(Verdict.Unreachable, (await Now(CallAsync(kind: EnvelopeKind.Delivery))).Verdict);

    [Fact]
    public async Task A_connection_that_broke_waits_with_its_repetition_and_what_was_not_sent_uses_up_neither_attempts_nor_budget()
    {
        var way = Way(Some.Resilience with { RetryAttempts = 1, RetryBackoff = TimeSpan.Zero, RetryBudget = new(0, TimeSpan.FromSeconds(10), 1, TimeSpan.FromSeconds(1)) }, Old);
        _attempt.BreaksOff = true;
        var call = CallAsync(way: way);
        Assert.False(call.IsCompleted);

        Fill(way, New);

        Assert.Equal(Verdict.Answered, (await call).Verdict);
        Assert.Equal([Old, Old, New], _attempt.Tried);
    }

    [Fact]
    public async Task A_call_that_waits_counts_once_for_the_breaker()
    {
        var way = Way(Some.Resilience with { CircuitBreaker = new CircuitBreakerEntry(0.5, 2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)) }, Old);
        var calls = Enumerable.Range(0, 3).Select(_ => CallAsync(way: way)).ToArray();
        Fill(way, New);

        Assert.All(await Task.WhenAll(calls), outcome => Assert.Equal(Verdict.Answered, outcome.Verdict));
        Assert.False(way.Breaker!.IsOpen);
    }

    public void Dispose() => _source.Dispose();

    private static Task<Outcome> Now(Task<Outcome> call)
    {
        Assert.True(call.IsCompleted, "the call is held");
        return call;
    }

    private Way Way(ResilienceEntry resilience, params Uri[] endpoints) => Some.Way("shop", resilience, RepeatableCalls.None, _time, _standings, endpoints);

    private void Come(params Uri[] addresses) => Fill(_way, addresses);

    private void Fill(Way way, params Uri[] addresses)
    {
        foreach (var address in addresses) _attempt.Alive.Add(address);
        way.Vacancy!.Fill([.. addresses.Select(address => new Endpoint(address, new EndpointState(_standings, _time)))]);
    }

    private async Task<Outcome> CallAsync(string method = "GET", TimeSpan? patience = null, EnvelopeKind kind = EnvelopeKind.Call, Way? way = null, CancellationToken cancel = default)
    {
        var envelope = new Envelope { Kind = kind, Table = RoutingTable.None, Started = _time.GetTimestamp(), Method = method, Target = "/".AsMemory(), PathLength = 1, Way = way ?? _way, CallerTimeout = patience };
        return await new AttemptLoop(_attempt, new Spans(_source, _time), new Randomness(1), _time).RunAsync(envelope, cancel);
    }

    /// <summary>A clock at one of whose readings something happens.</summary>
    private sealed class ReadTime : FakeTimeProvider
    {
        private Action? _happens;
        private int _readings;

        public void At(int reading, Action happens) => (_readings, _happens) = (reading, happens);

        public override long GetTimestamp()
        {
            if (_happens is { } happens && --_readings == 0)
            {
                _happens = null;
                happens();
            }

            return base.GetTimestamp();
        }
    }

    /// <summary>Nobody listens but at addresses that came.</summary>
    private sealed class Dead : IAttempt
    {
        private readonly Lock _gate = new();
        private readonly List<Uri> _tried = [];

        public HashSet<Uri> Alive { get; } = [];

        public Uri[] Tried
        {
            get
            {
                lock (_gate) return [.. _tried];
            }
        }

        /// <summary>The first connection comes about, and ends before an answer.</summary>
        public bool BreaksOff { get; set; }

        public bool CanRepeat { get; set; } = true;

        public ValueTask<AttemptResult> SendAsync(Envelope envelope, Endpoint endpoint, int number, TraceContext trace, Func<AnswerHead, bool> hold, CancellationToken cancel)
        {
            lock (_gate) _tried.Add(endpoint.Base);
            if (Alive.Contains(endpoint.Base)) return new(new AttemptResult(Outcome.Answered(200), endpoint, Unsent: false, Final: true));
            var unsent = !(BreaksOff && number == 1);
            return new(new AttemptResult(new Outcome(Verdict.Unreachable, "nobody listens", Unsent: unsent), endpoint, unsent, Final: false));
        }
    }
}
