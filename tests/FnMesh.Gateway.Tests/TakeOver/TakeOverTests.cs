using System.Net;
using System.Text;
using System.Threading.Channels;
using FnMesh.Gateway.TakeOver;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.TakeOver;

/// <summary>Two gateways on one data directory, one after the other; the callers' connections are kept.</summary>
[Collection("telemetry")]
public sealed class TakeOverTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _folder = new();
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly HttpClient _caller = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, MaxConnectionsPerServer = 1 });
    private ScriptedFunction _function = null!;
    private MeshGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SocketRights.IsSupported, "sockets are handed to another process on Linux alone");
        _function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            if (context.Request.Headers["ce-id"] is [{ } id]) await _events.Writer.WriteAsync(id, Cancel);
        });
        _gateway = await StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        _caller.BaseAddress = _gateway.EdgeAddress;
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_function is not null) await _function.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_kept_connection_ends_with_its_next_answer_and_then_the_gateway_that_was_taken_over_from_has_nothing_open()
    {
        using (var before = await _caller.GetAsync("/", Cancel)) Assert.Null(before.Headers.ConnectionClose);

        await using var successor = await StartAsync(new IPEndPoint(IPAddress.Loopback, _gateway.EdgeAddress.Port), takesOver: true);
        await _gateway.TakenOver.WaitAsync(Patience, Cancel);
        var drained = _gateway.DrainAsync(Cancel);
        using (var kept = await _caller.GetAsync("/", Cancel)) Assert.Equal((HttpStatusCode.OK, true), (kept.StatusCode, kept.Headers.ConnectionClose));
        await drained.WaitAsync(Patience, Cancel);
        await EndAsync();

        Assert.Equal(_caller.BaseAddress, successor.EdgeAddress);
        using var after = await _caller.GetAsync("/", Cancel);
        Assert.Equal((HttpStatusCode.OK, null), (after.StatusCode, after.Headers.ConnectionClose));
    }

    [Fact]
    public async Task What_is_published_over_a_kept_connection_is_stored_and_delivered_by_the_successor()
    {
        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync("before"));
        Assert.Equal("before", await NextAsync());

        await using var successor = await StartAsync(_gateway.EdgeAddress, takesOver: true);
        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync("kept"));

        Assert.Equal("kept", await NextAsync());
        Assert.False(_events.Reader.TryRead(out _));
    }

    [Fact]
    public async Task What_is_published_while_the_log_is_on_its_way_waits_and_when_nobody_comes_to_serve_the_gateway_goes_on_with_it()
    {
        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync("before"));
        Assert.Equal("before", await NextAsync());
        Task<HttpStatusCode> waiting;
        using (var dying = (await Predecessor.FindAsync(_folder.Path, "dying", TimeProvider.System, Cancel))!)
        {
            await dying.ReleaseAsync(Cancel);
            using (await _caller.GetAsync("/", Cancel)) waiting = PublishAsync("waits");
            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal(HttpStatusCode.Accepted, await waiting.WaitAsync(Patience, Cancel));
        Assert.Equal("waits", await NextAsync());
        Assert.False(_gateway.TakenOver.IsCompleted);
        await using var successor = await StartAsync(_gateway.EdgeAddress, takesOver: true);
        Assert.True(_gateway.TakenOver.IsCompleted);
    }

    [Fact]
    public async Task As_long_as_the_successor_makes_ready_what_is_published_is_stored_and_delivered_by_the_old_one()
    {
        var (stored, delivered) = ((HttpStatusCode)0, "");
        await using var successor = await StartAsync(new IPEndPoint(IPAddress.Loopback, _gateway.EdgeAddress.Port), takesOver: true, async () => (stored, delivered) = (await PublishAsync("meanwhile"), await NextAsync()));

        Assert.Equal((HttpStatusCode.Accepted, "meanwhile"), (stored, delivered));
        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync("afterwards"));
        Assert.Equal("afterwards", await NextAsync());
    }

    [Fact]
    public async Task A_second_gateway_that_would_take_over_meanwhile_is_refused()
    {
        using var first = await Predecessor.FindAsync(_folder.Path, "first", TimeProvider.System, Cancel);

        var refused = await Assert.ThrowsAsync<GatewayStartException>(() => Predecessor.FindAsync(_folder.Path, "second", TimeProvider.System, Cancel));

        Assert.Contains("another gateway is taking over already; it goes on", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_has_nothing_to_serve_takes_nothing_over()
    {
        var options = Options(new IPEndPoint(IPAddress.Loopback, _gateway.EdgeAddress.Port)) with { TakesOver = true };

        var refused = await Assert.ThrowsAsync<GatewayStartException>(() => MeshGateway.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System, Cancel));

        Assert.Contains("no policy that this one could serve at once", refused.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync("after"));
        Assert.Equal("after", await NextAsync());
    }

    [Fact]
    public async Task Where_the_gateway_is_gone_the_one_that_would_take_over_starts_by_itself()
    {
        await EndAsync();
        Assert.True(File.Exists(TakeOverLink.PathIn(_folder.Path)));

        await using var successor = await StartAsync(_caller.BaseAddress!, takesOver: true);

        using var answer = await _caller.GetAsync("/", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task EndAsync()
    {
        await _gateway.DisposeAsync();
        _gateway = null!;
    }

    private Task<MeshGateway> StartAsync(Uri edge, bool takesOver) => StartAsync(new IPEndPoint(IPAddress.Loopback, edge.Port), takesOver);

    private Task<MeshGateway> StartAsync(IPEndPoint edge, bool takesOver = false, Func<Task>? ready = null)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", Yaml.App("shop", _function.Address) + Yaml.Route("/", "shop") + Yaml.Subscription("shop-a", "test.a", "shop") + Yaml.Publishers())]);
        return MeshGateway.StartAsync(Options(edge) with { TakesOver = takesOver }, NullLoggerFactory.Instance, TimeProvider.System, Cancel, async opened =>
        {
            opened.Apply(new EndpointSnapshot([new RevisionEndpoints("shop", "shop-v1", true, [_function.Address])]));
            await opened.ApplyAsync(compiled.Snapshot!, Cancel);
            if (ready is not null) await ready();
        });
    }

    private GatewayOptions Options(IPEndPoint edge) => new()
    {
        Edge = edge,
        DataDirectory = _folder.Path,
        Seed = 7,
        Environment = new Dictionary<string, string?>(),
        OffersTakeOver = true,
    };

    private async Task<HttpStatusCode> PublishAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in new[] { ("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", "/test"), ("ce-type", "test.a") }) request.Headers.Add(name, value);
        using var answer = await _caller.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private async Task<string> NextAsync() => await _events.Reader.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
}
