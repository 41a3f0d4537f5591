using System.Net;
using System.Net.Sockets;
using FnMesh.Gateway.Listeners;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Listeners;

public sealed class GatewayListenersTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly HeardLog _log = new();
    private readonly PemFiles _files = new();
    private readonly Dictionary<int, IPEndPoint> _places = [];
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ScriptedFunction _function = null!;

    public async ValueTask InitializeAsync() => _function = await ScriptedFunction.StartAsync(async (context, _) =>
    {
        if (context.Request.Path != "/slow") return;
        _arrived.TrySetResult();
        await _goOn.Task.WaitAsync(context.RequestAborted);
    });

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        await _function.DisposeAsync();
        _files.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_port_opens_when_a_policy_names_it_and_closes_when_none_does()
    {
        await using var edge = await StartAsync(ListenerYaml.Http("one", 80));
        var first = edge.AddressOf(80)!;
        Assert.Equal(HttpStatusCode.OK, await AskAsync(edge, first));
        Assert.Null(edge.AddressOf(81));

        await edge.FollowAsync(Policy(ListenerYaml.Http("one", 80), ListenerYaml.Http("two", 81)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(edge, edge.AddressOf(81)!));
        Assert.Equal(first, edge.AddressOf(80));

        await edge.FollowAsync(Policy(ListenerYaml.Http("two", 81)));
        Assert.Null(edge.AddressOf(80));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(edge, first));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(edge, edge.AddressOf(81)!));
    }

    [Fact]
    public async Task Changes_of_one_port_and_of_its_host_names_end_no_connection_of_another()
    {
        await using var edge = await StartAsync(ListenerYaml.Http("one", 80, "a.example"));
        using var caller = await RawCaller.ConnectAsync(edge.AddressOf(80)!);
        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await caller.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);

        await edge.FollowAsync(Policy(ListenerYaml.Http("one", 80, "b.example"), ListenerYaml.Http("two", 81)));
        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await caller.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
        var refused = await caller.ReadToAsync("}");
        Assert.StartsWith("HTTP/1.1 404", refused, StringComparison.Ordinal);
        Assert.Contains("no listener on port 80 is for host a.example", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_another_gateway_has_taken_over_is_drained_when_the_last_connection_to_it_has_ended()
    {
        await using var edge = await StartAsync(ListenerYaml.Http("one", 80));
        using var caller = await RawCaller.ConnectAsync(edge.AddressOf(80)!);
        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
        await caller.ReadToAsync("\r\n\r\n");

        var drained = await edge.LeavePortsAsync();
        Assert.False(drained.IsCompleted);
        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");

        Assert.Contains("Connection: close", await caller.ReadToEndAsync(), StringComparison.Ordinal);
        await drained.WaitAsync(Cancel);
    }

    [Fact]
    public async Task A_call_that_is_in_flight_ends_well_on_a_port_that_no_policy_names_any_more()
    {
        await using var edge = await StartAsync(ListenerYaml.Http("one", 80));
        var address = edge.AddressOf(80)!;
        var call = AskAsync(edge, address, "/slow");
        await _arrived.Task.WaitAsync(Cancel);

        await edge.FollowAsync(Policy(ListenerYaml.Http("two", 81)));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(edge, address));
        _goOn.TrySetResult();
        Assert.Equal(HttpStatusCode.OK, await call);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_on_a_port_that_no_policy_names_any_more_is_cut()
    {
        await using var edge = await StartAsync(ListenerYaml.Http("one", 80));
        var call = AskAsync(edge, edge.AddressOf(80)!, "/slow");
        await _arrived.Task.WaitAsync(Cancel);

        await edge.FollowAsync(Policy(ListenerYaml.Http("two", 81)));
        _time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public async Task A_port_that_somebody_has_is_said_once_with_its_owner_and_opens_in_a_later_turn_while_the_rest_goes_on()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _places[80] = (IPEndPoint)other.LocalEndpoint;
        await using var edge = await StartAsync(ListenerYaml.Http("one", 80), ListenerYaml.Http("two", 81));

        Assert.StartsWith("public/one: port 80 is busy: whoever has 80 listens there; ", await _log.HearAsync("NotOpen", Cancel), StringComparison.Ordinal);
        Assert.Equal("public/one: port 80 is busy: whoever has 80 listens there; stop it, or choose another port", Assert.Single(edge.Faults));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(edge, edge.AddressOf(81)!));
        await edge.FollowAsync();

        other.Stop();
        _time.Advance(GatewayListeners.Turn);
        // Had it been said twice, this would come first.
        Assert.Equal($"public/one listens on http://{_places[80]}/", await _log.HearAsync(["Opened", "NotOpen"], text => text.StartsWith("public/one", StringComparison.Ordinal), Cancel));
        Assert.Empty(edge.Faults);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(edge, edge.AddressOf(80)!));
    }

    [Fact]
    public async Task A_port_may_change_its_protocol()
    {
        _files.Write("a", "a.example");
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _places[80] = (IPEndPoint)free.LocalEndpoint;
        }

        await using var edge = await StartAsync(ListenerYaml.Http("one", 80, "a.example"));
        Assert.Equal($"http://{_places[80]}/", $"{edge.AddressOf(80)}");
        // A connection that lives keeps no port.
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(edge, edge.AddressOf(80)!));

        await edge.FollowAsync(Policy(ListenerYaml.Https("one", 80, _files.Options("a"), "a.example")));
        Assert.Equal($"https://{_places[80]}/", $"{edge.AddressOf(80)}");
        using var caller = new TlsCaller(_files, edge.AddressOf(80)!, "a.example");
        using var answer = await caller.GetAsync("a.example");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Without_the_policy_that_names_it_a_port_of_the_past_leads_nowhere()
    {
        await using var edge = await StartAsync(ListenerYaml.Http("one", 80));
        var address = edge.AddressOf(80)!;

        // The table is swapped first, the ports follow.
        edge.Apply(Yaml.App("orders", _function.Address));
        using var answer = await edge.Client.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("no Gateway has a listener on port 80 any more", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private Task<Edge> StartAsync(params string[] listeners) =>
        Edge.StartAsync(Policy(listeners), _time, place: port => _places.GetValueOrDefault(port, new IPEndPoint(IPAddress.Loopback, 0)), log: _log);

    private string Policy(params string[] listeners) => Yaml.App("orders", _function.Address) + ListenerYaml.Route("orders") + ListenerYaml.Gateway(listeners);

    private static async Task<HttpStatusCode> AskAsync(Edge edge, Uri address, string path = "/")
    {
        using var answer = await edge.Client.GetAsync(new Uri(address, path), Cancel);
        return answer.StatusCode;
    }
}
