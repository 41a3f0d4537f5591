using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries.Batching;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Deliveries.Batching;

public sealed class BatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Function _function = new();
    private readonly HttpMessageInvoker _client;
    private readonly Gatherings _gatherings;
    private readonly Endpoint _endpoint;
    private readonly SubscriptionBinding _binding;

    public BatchTests()
    {
        _client = new HttpMessageInvoker(_function);
        _gatherings = new Gatherings(_client, _time);
        _endpoint = new Endpoint(new Uri("http://sink"), new EndpointState(new Standings(), _time));
        var rules = Some.SubscriptionRules.Entry;
        var entry = rules with { Delivery = rules.Delivery with { Batch = new BatchEntry(3, TimeSpan.FromSeconds(2)) } };
        _binding = new SubscriptionBinding { Entry = entry, Matcher = EventMatcher.Compile(entry), Split = new Split([]), Target = "/events", Access = [] };
    }

    [Fact]
    public async Task As_many_events_as_the_policy_says_go_in_one_request_in_batch_mode()
    {
        var sent = Send("1", "2", "3");
        var request = await _function.NextAsync();

        Assert.Equal("application/cloudevents-batch+json; charset=utf-8", request.Type);
        Assert.Equal("http://sink/events", request.Address);
        Assert.Equal(["1", "2", "3"], request.Ids);
        Assert.Equal(("s", "anonymous"), (request.Header("fnmesh-subscription"), request.Header("fnmesh-principal")));
        request.Answer(HttpStatusCode.NoContent);
        foreach (var one in sent) Assert.Equal(204, (await one.WaitAsync(Patience)).Of(TestEvents.Of("1")).Outcome.Status);
    }

    [Fact]
    public async Task Fewer_go_when_the_first_has_waited_for_long_enough()
    {
        var sent = Send("1", "2");
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(1));
        Assert.True(_function.Quiet);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var request = await _function.NextAsync();

        Assert.Equal(["1", "2"], request.Ids);
        request.Answer(HttpStatusCode.OK);
        await Task.WhenAll(sent).WaitAsync(Patience);
    }

    [Fact]
    public async Task Events_of_two_publishers_do_not_share_a_request()
    {
        var sent = Send("1", "2");
        var other = _gatherings.SendAsync(Envelope("3", "app/other"), _endpoint, default, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));
        var requests = new[] { await _function.NextAsync(), await _function.NextAsync() }.OrderBy(request => request.Ids[0]).ToArray();

        Assert.Equal(["1", "2"], requests[0].Ids);
        Assert.Equal("app/other", requests[1].Header("fnmesh-principal"));
        foreach (var request in requests) request.Answer(HttpStatusCode.OK);
        await Task.WhenAll([.. sent, other]).WaitAsync(Patience);
    }

    [Fact]
    public async Task What_would_make_a_request_too_large_goes_in_the_next_one()
    {
        var sent = new[] { "1", "2", "3" }.Select(id => _gatherings.SendAsync(Envelope(id, data: new string('x', 4 << 20)), _endpoint, default, default).AsTask()).ToArray();
        var first = await _function.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        var requests = new[] { first, await _function.NextAsync(), await _function.NextAsync() };

        Assert.All(requests, request => Assert.Single(request.Ids));
        foreach (var request in requests) request.Answer(HttpStatusCode.OK);
        await Task.WhenAll(sent).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_failure_is_the_failure_of_all_of_them()
    {
        var sent = Send("1", "2", "3");
        (await _function.NextAsync()).Answer(HttpStatusCode.ServiceUnavailable, "text/plain", "too busy");

        foreach (var one in sent)
        {
            var answer = await one.WaitAsync(Patience);
            Assert.Equal((503, "too busy"), (answer.Of(TestEvents.Of("2")).Outcome.Status, Encoding.UTF8.GetString(answer.ErrorBytes.Span)));
        }
    }

    [Fact]
    public async Task An_answer_may_name_single_events_that_failed()
    {
        var sent = Send("1", "2", "3");
        (await _function.NextAsync()).Answer(HttpStatusCode.OK, "application/json", """{"failed":[{"source":"/tests","id":"2"},{"source":"/tests","id":"3","status":400}]}""");

        var answer = await sent[0].WaitAsync(Patience);
        Assert.Equal([200, 500, 400], new[] { "1", "2", "3" }.Select(id => answer.Of(TestEvents.Of(id)).Outcome.Status ?? 0));
    }

    [Theory]
    [InlineData("""{"failed":[{"source":"/tests","id":"9"}]}""", "it names an event that was not in the batch: source /tests, id 9")]
    [InlineData("""{"failed":[{"source":"/tests","id":"1","status":204}]}""", "the status 204 of event 1 is no failure")]
    [InlineData("""{"failed":{"id":"1"}}""", "it is not { \"failed\"")]
    [InlineData("""{"failed":""", "it is not { \"failed\"")]
    public async Task What_an_answer_means_must_be_clear(string body, string fault)
    {
        var sent = Send("1", "2", "3");
        (await _function.NextAsync()).Answer(HttpStatusCode.OK, "application/json", body);

        var outcome = (await sent[0].WaitAsync(Patience)).Of(TestEvents.Of("1")).Outcome;
        Assert.Equal(Verdict.Malformed, outcome.Verdict);
        Assert.Contains(fault, outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_that_names_no_failures_is_an_answer_like_any_other()
    {
        var sent = Send("1", "2", "3");
        (await _function.NextAsync()).Answer(HttpStatusCode.OK, "application/json", """{"stored":3}""");

        Assert.Equal(200, (await sent[0].WaitAsync(Patience)).Of(TestEvents.Of("1")).Outcome.Status);
    }

    [Fact]
    public async Task Whose_time_is_up_leaves_and_the_others_go_on()
    {
        using var cancel = new CancellationTokenSource();
        var leaving = _gatherings.SendAsync(Envelope("0"), _endpoint, default, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        var sent = Send("1", "2");
        var request = await _function.NextAsync();

        Assert.Equal(["1", "2"], request.Ids);
        request.Answer(HttpStatusCode.OK);
        await Task.WhenAll(sent).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_request_for_which_nobody_waits_any_more_is_given_up()
    {
        using var cancel = new CancellationTokenSource();
        var leaving = new[] { "1", "2", "3" }.Select(id => _gatherings.SendAsync(Envelope(id), _endpoint, default, cancel.Token).AsTask()).ToArray();
        var request = await _function.NextAsync();
        await cancel.CancelAsync();

        await request.Abandoned.WaitAsync(Patience);
        foreach (var one in leaving) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
    }

    public void Dispose()
    {
        _client.Dispose();
        _function.Dispose();
    }

    private Task<BatchAnswer>[] Send(params string[] ids) => [.. ids.Select(id => _gatherings.SendAsync(Envelope(id), _endpoint, default, default).AsTask())];

    private Envelope Envelope(string id, string principal = Principals.Anonymous, string data = "{}") => new()
    {
        Kind = EnvelopeKind.Delivery,
        Table = null!,
        Started = _time.GetTimestamp(),
        Target = _binding.Target.AsMemory(),
        PathLength = _binding.Target.Length,
        Delivered = new StoredEvent(1, DateTimeOffset.UnixEpoch, TestEvents.Of(id, data: data)),
        Subscription = _binding,
        DeliveryNumber = 1,
        Principal = principal,
    };

    /// <summary>A subscriber whose answers are the test's.</summary>
    private sealed class Function : HttpMessageHandler
    {
        private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();

        public bool Quiet => !_received.Reader.TryPeek(out _);

        public async Task<Received> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var received = new Received(request, await request.Content!.ReadAsStringAsync(cancellationToken));
            _received.Writer.TryWrite(received);
            return await received.WaitAsync(cancellationToken);
        }
    }

    private sealed class Received(HttpRequestMessage request, string body)
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Dictionary<string, string> _headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.First(), StringComparer.OrdinalIgnoreCase);

        public string Address { get; } = request.RequestUri!.AbsoluteUri;

        public string Type { get; } = request.Content!.Headers.NonValidated["Content-Type"].ToString();

        public string[] Ids { get; } = [.. JsonNode.Parse(body)!.AsArray().Select(one => (string)one!["id"]!)];

        public Task Abandoned => _abandoned.Task;

        public string Header(string name) => _headers[name];

        public void Answer(HttpStatusCode status, string type = "text/plain", string body = "") =>
            _answer.SetResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });

        public async Task<HttpResponseMessage> WaitAsync(CancellationToken cancel)
        {
            try
            {
                return await _answer.Task.WaitAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                _abandoned.TrySetResult();
                throw;
            }
        }
    }
}
