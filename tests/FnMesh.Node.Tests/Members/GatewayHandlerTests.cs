using System.Net;
using FnMesh.Node.Members;
using FnMesh.Node.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Members;

public sealed class GatewayHandlerTests : IDisposable
{
    private static readonly Uri One = new("https://127.0.0.1:1");
    private static readonly Uri Two = new("https://127.0.0.1:2");
    private static readonly HttpRequestException Unreached = new(HttpRequestError.ConnectionError, "refused");
    private static readonly HttpRequestException Broken = new(HttpRequestError.ResponseEnded, "it ended");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LeapingTime _time = new();
    private readonly ScriptedGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task While_no_gateway_takes_connections_a_request_of_any_kind_waits_for_one()
    {
        _gateway.Fail(12, Unreached);
        using var client = Client(One);
        using var body = new StreamContent(new MemoryStream([1, 2, 3]));

        using var answer = await client.PostAsync(new Uri("http://pricing/prices"), body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(13, _gateway.Requests.Count);
        Assert.InRange(_time.Passed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task While_no_gateway_takes_connections_one_request_tries_and_the_others_wait_for_what_it_finds()
    {
        var time = new FakeTimeProvider();
        using var client = Client(time, out _, One);
        _gateway.Fail(int.MaxValue, Unreached);
        var asked = Enumerable.Range(0, 100).Select(_ => client.GetAsync(new Uri("http://pricing/"))).ToArray();
        Assert.Equal(2, _gateway.Requests.Count);

        for (var passed = 0; passed < 30; passed++) time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.InRange(_gateway.Requests.Count, 10, 40);
        _gateway.Fail(0, Unreached);
        for (var passed = 0; passed < 5; passed++) time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task When_the_one_that_tries_is_given_up_by_its_caller_another_tries_at_once()
    {
        using var client = Client(new FakeTimeProvider(), out _, One);
        _gateway.Fail(int.MaxValue, Unreached);
        using var gone = new CancellationTokenSource();
        var first = client.GetAsync(new Uri("http://pricing/first"), gone.Token);
        var second = client.GetAsync(new Uri("http://pricing/second"));
        Assert.DoesNotContain(_gateway.Requests, request => request.Path == "/second");
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gateway.Failed = () => tried.TrySetResult();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await tried.Task.WaitAsync(Patience);
        Assert.Equal("/second", _gateway.Requests[^1].Path);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Other_gateways_that_control_tells_are_tried_at_once_by_all_that_wait()
    {
        using var client = Client(new FakeTimeProvider(), out var handler, One);
        _gateway.Fail(2, Unreached);
        var first = client.GetAsync(new Uri("http://pricing/"));
        var waiting = Enumerable.Range(0, 5).Select(_ => client.GetAsync(new Uri("http://pricing/"))).ToArray();
        Assert.Equal(2, _gateway.Requests.Count);

        handler.Gateways = [Two];

        await Task.WhenAll(waiting).WaitAsync(Patience);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task It_gives_up_after_twenty_seconds_and_says_what_the_last_try_met()
    {
        _gateway.Fail(int.MaxValue, Unreached);
        using var client = Client(One);

        Assert.Same(Unreached, await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://pricing/"))));
        Assert.InRange(_time.Passed, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(21));
        Assert.InRange(_gateway.Requests.Count, 20, 200);
    }

    [Fact]
    public async Task It_waits_no_longer_than_the_callers_deadline_and_tells_the_gateway_what_is_left_of_it()
    {
        _gateway.Fail(int.MaxValue, Unreached);
        using var client = Client(One);
        client.DefaultRequestHeaders.Add("fnmesh-deadline", "1000");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://pricing/")));

        Assert.InRange(_time.Passed, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2));
        var told = _gateway.Requests.Select(request => int.Parse(request.Deadline!)).ToArray();
        Assert.Equal(1000, told[0]);
        Assert.True(told[^1] < 900 && told.SequenceEqual(told.OrderDescending()));
    }

    [Fact]
    public async Task The_next_gateway_is_tried_at_once()
    {
        _gateway.Fail(1, Unreached);
        using var client = Client(One, Two);

        await client.GetAsync(new Uri("http://pricing/"));

        Assert.Equal(2, _gateway.Requests.Select(request => request.Gateway).Distinct().Count());
        Assert.Equal(TimeSpan.Zero, _time.Passed);
    }

    [Fact]
    public async Task A_gateway_that_comes_back_at_another_address_is_found()
    {
        using var client = Client(out var handler, One);
        _gateway.Fail(2, Unreached);
        _gateway.Failed = () => handler.Gateways = [Two];

        await client.GetAsync(new Uri("http://pricing/"));

        Assert.Equal("127.0.0.1:2", _gateway.Requests[^1].Gateway);
    }

    [Fact]
    public async Task What_broke_off_is_sent_again_where_serving_it_twice_does_no_harm()
    {
        _gateway.Fail(2, Broken);
        using var client = Client(One);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("http://pricing/"))).StatusCode);
        _gateway.Fail(1, Broken);
        Assert.Equal(HttpStatusCode.OK, (await client.PutAsync(new Uri("http://pricing/"), new StringContent("a"))).StatusCode);
    }

    [Fact]
    public async Task What_broke_off_and_may_not_be_served_twice_or_cannot_be_sent_twice_fails_at_once()
    {
        _gateway.Fail(int.MaxValue, Broken);
        using var client = Client(One);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(new Uri("http://pricing/"), new StringContent("a")));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.PutAsync(new Uri("http://pricing/"), new StreamContent(new MemoryStream())));
        Assert.Equal(2, _gateway.Requests.Count);
    }

    [Fact]
    public async Task Without_patience_each_gateway_is_tried_once()
    {
        _gateway.Fail(int.MaxValue, Unreached);
        using var handler = new GatewayHandler(_gateway, _time, seed: 7) { Gateways = [One, Two], Patience = TimeSpan.Zero };
        using var client = new HttpClient(handler);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://pricing/")));
        Assert.Equal(2, _gateway.Requests.Count);
    }

    [Fact]
    public async Task Before_the_first_gateway_is_known_a_request_waits_for_it_and_then_names_the_app()
    {
        using var handler = new GatewayHandler(_gateway, TimeProvider.System, seed: 7);
        using var client = new HttpClient(handler);
        var asked = client.GetAsync(new Uri("http://pricing/prices/7?x=%2F"));
        Assert.False(asked.IsCompleted);

        handler.Gateways = [One];

        await asked;
        Assert.Equal(("127.0.0.1:1", "pricing", "/prices/7?x=%2F"), (_gateway.Requests[0].Gateway, _gateway.Requests[0].Host, _gateway.Requests[0].Path));
    }

    [Fact]
    public async Task What_a_request_has_waited_for_the_first_gateway_is_taken_from_its_deadline()
    {
        var time = new FakeTimeProvider();
        using var handler = new GatewayHandler(_gateway, time, seed: 7);
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add("fnmesh-deadline", "1000");
        var asked = client.GetAsync(new Uri("http://pricing/"));

        time.Advance(TimeSpan.FromMilliseconds(400));
        handler.Gateways = [One];

        await asked;
        Assert.Equal("600", Assert.Single(_gateway.Requests).Deadline);
    }

    private HttpClient Client(params Uri[] gateways) => Client(out _, gateways);

    private HttpClient Client(out GatewayHandler handler, params Uri[] gateways) => Client(_time, out handler, gateways);

    private HttpClient Client(TimeProvider time, out GatewayHandler handler, params Uri[] gateways)
    {
        handler = new GatewayHandler(_gateway, time, seed: 7) { Gateways = gateways };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
