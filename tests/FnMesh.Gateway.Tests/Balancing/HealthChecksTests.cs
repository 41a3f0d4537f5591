using System.Net;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Balancing;

public sealed class HealthChecksTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);
    private static readonly HealthCheckEntry Check = new() { Path = "/health?deep=1", Interval = TimeSpan.FromSeconds(10), Timeout = TimeSpan.FromSeconds(2.5), UnhealthyThreshold = 2, HealthyThreshold = 3, ExpectedStatuses = [] };

    private readonly ArmedTime _time = new();
    private readonly Standings _standings = new();
    private readonly AskingHandler _asked = new();
    private readonly HttpMessageInvoker _client;
    private readonly HealthChecks _checks;

    public HealthChecksTests()
    {
        _client = new HttpMessageInvoker(_asked);
        _checks = new HealthChecks(_client, new Randomness(1), _time);
    }

    [Fact]
    public async Task Checks_that_fail_in_a_row_put_an_endpoint_out_and_as_many_as_the_policy_says_bring_it_back()
    {
        var state = await FollowAsync(Check);
        Assert.Equal("http://127.0.0.1:1/health?deep=1", await CheckAsync(HttpStatusCode.OK));
        await CheckAsync(HttpStatusCode.InternalServerError);
        await CheckAsync(HttpStatusCode.OK);
        await CheckAsync(HttpStatusCode.NotFound);
        Assert.True(state.Stands);
        await CheckAsync(null);
        Assert.Equal(OutReason.Sick, state.Out);

        state.Succeeded(_time.GetTimestamp());
        Assert.False(state.MayTry());

        await CheckAsync(HttpStatusCode.OK);
        await CheckAsync(HttpStatusCode.OK);
        Assert.False(state.Stands);
        await CheckAsync(HttpStatusCode.OK);
        Assert.True(state.Stands);
    }

    [Fact]
    public async Task Only_the_statuses_that_are_expected_are_well()
    {
        var state = await FollowAsync(Check with { UnhealthyThreshold = 1, ExpectedStatuses = [204, 503] });

        await CheckAsync(HttpStatusCode.ServiceUnavailable);
        Assert.True(state.Stands);
        await CheckAsync(HttpStatusCode.OK);
        Assert.False(state.Stands);
    }

    [Fact]
    public async Task A_check_without_an_answer_in_time_has_failed()
    {
        var state = await FollowAsync(Check with { UnhealthyThreshold = 1 });
        await BeginAsync();
        _time.Advance(Check.Timeout);
        await SleepAsync();

        Assert.Equal(OutReason.Sick, state.Out);
    }

    [Fact]
    public async Task A_check_that_ends_in_a_fault_which_nobody_knows_has_failed_and_the_next_is_made()
    {
        var state = await FollowAsync(Check with { UnhealthyThreshold = 1, HealthyThreshold = 1 });
        var ask = await BeginAsync();
        ask.Answer.SetException(new InvalidOperationException("nobody thought of this"));
        await SleepAsync();
        Assert.Equal(OutReason.Sick, state.Out);

        await CheckAsync(HttpStatusCode.OK);
        Assert.True(state.Stands);
    }

    [Fact]
    public async Task What_a_check_finds_after_it_was_let_go_of_does_not_count()
    {
        var state = await FollowAsync(Check with { UnhealthyThreshold = 1 });
        var ask = await BeginAsync();
        await FollowAsync(Check, port: 2);
        ask.Answer.SetResult(HttpStatusCode.InternalServerError);
        await SleepAsync();

        Assert.True(state.Stands);
    }

    [Fact]
    public async Task Checks_come_at_their_interval_within_a_tenth()
    {
        await FollowAsync(Check);
        for (var check = 0; check < 20; check++)
        {
            await CheckAsync(HttpStatusCode.OK);
            Assert.InRange(_sleep.TotalSeconds, 9, 11);
        }
    }

    [Fact]
    public async Task No_more_than_sixteen_are_asked_at_once()
    {
        _checks.Follow([.. Enumerable.Range(1, 40).Select(port => new HealthTarget(Endpoint(port), Check with { Timeout = Idle }))]);
        await SleepAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        for (var asked = 0; asked < 40; asked++)
        {
            var ask = await _asked.Asks.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
            if (asked >= 15) ask.Answer.SetResult(HttpStatusCode.OK);
        }

        Assert.Equal(16, _asked.Most);
    }

    [Fact]
    public async Task Endpoints_that_are_silent_keep_no_others_from_being_asked()
    {
        var check = Check with { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(60) };
        _checks.Follow([.. Enumerable.Range(1, 20).Select(port => new HealthTarget(Endpoint(port), check))]);
        await SleepAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var asked = new HashSet<string>();
        for (var ask = 0; ask < 16; ask++) asked.Add((await AskedAsync()).Address);
        _time.Advance(check.Timeout);
        for (var ask = 0; ask < 4; ask++) asked.Add((await AskedAsync()).Address);

        Assert.Equal(20, asked.Count);
    }

    [Fact]
    public async Task A_place_that_becomes_free_while_somebody_waits_goes_to_nobody_who_was_asked_before()
    {
        var check = Check with { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(60) };
        _checks.Follow([.. Enumerable.Range(1, 18).Select(port => new HealthTarget(Endpoint(port), port == 2 ? check with { Timeout = TimeSpan.FromSeconds(30) } : check))]);
        await SleepAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var first = await AskedAsync();
        for (var ask = 1; ask < 16; ask++) await AskedAsync();
        while (await _time.Armed.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel) != Idle) { }

        _time.Advance(TimeSpan.FromSeconds(5));
        // The seventeenth is looked at twice, for it takes the place of the first; the eighteenth once, and waits; then it is the first one's turn again, and the second one's time is up.
        var looks = 0;
        _time.Looked = () =>
        {
            if (++looks == 4) _time.Advance(TimeSpan.FromSeconds(30));
        };
        first.Answer.SetResult(HttpStatusCode.OK);

        Assert.StartsWith("http://127.0.0.1:17/", (await AskedAsync()).Address, StringComparison.Ordinal);
        Assert.StartsWith("http://127.0.0.1:18/", (await AskedAsync()).Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interval_that_is_made_shorter_acts_at_once()
    {
        var state = await FollowAsync(Check with { Interval = TimeSpan.FromMinutes(30) });
        await CheckAsync(HttpStatusCode.OK);
        _checks.Follow([new(new Endpoint(new Uri("http://127.0.0.1:1"), state), Check)]);
        await SleepAsync();

        Assert.InRange(_sleep.TotalSeconds, 9, 11);
    }

    [Fact]
    public async Task Who_is_checked_no_more_stands()
    {
        var state = await FollowAsync(Check with { UnhealthyThreshold = 1 });
        await CheckAsync(HttpStatusCode.InternalServerError);
        Assert.False(state.Stands);

        await FollowAsync(Check, port: 2);
        Assert.True(state.Stands);
        Assert.Equal("http://127.0.0.1:2/health?deep=1", await CheckAsync(HttpStatusCode.OK));
    }

    public async ValueTask DisposeAsync()
    {
        await _checks.DisposeAsync();
        _client.Dispose();
    }

    private TimeSpan _sleep;

    private Endpoint Endpoint(int port) => new(new Uri($"http://127.0.0.1:{port}"), new EndpointState(_standings, _time));

    private async Task<EndpointState> FollowAsync(HealthCheckEntry check, int port = 1)
    {
        // The loop sleeps already when the first are to be followed.
        if (port == 1) Assert.Equal(Idle, await _time.Armed.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel));
        var endpoint = Endpoint(port);
        _checks.Follow([new(endpoint, check)]);
        await SleepAsync();
        return endpoint.State;
    }

    /// <summary>Completes when the loop sleeps until a check is due: what happened before has counted.</summary>
    private async Task SleepAsync()
    {
        do
        {
            _sleep = await _time.Armed.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
        }
        while (_sleep == Idle || _sleep == Check.Timeout);
    }

    private Task<Ask> BeginAsync()
    {
        _time.Advance(_sleep);
        return AskedAsync();
    }

    private Task<Ask> AskedAsync() => _asked.Asks.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);

    /// <param name="answer">Null when nobody listens.</param>
    private async Task<string> CheckAsync(HttpStatusCode? answer)
    {
        var ask = await BeginAsync();
        if (answer is { } status) ask.Answer.SetResult(status);
        else ask.Answer.SetException(new HttpRequestException("nobody listens"));
        await SleepAsync();
        return ask.Address;
    }
}
