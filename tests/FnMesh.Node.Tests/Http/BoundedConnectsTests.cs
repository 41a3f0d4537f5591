using System.Net;
using System.Net.Sockets;
using System.Text;
using FnMesh.Node.Http;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Http;

public sealed class BoundedConnectsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _handshakes = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _begun = new(0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;
    private int _made;
    private int _told;

    public BoundedConnectsTests()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    private Uri Address => new($"http://{_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        _handshakes.TrySetResult();
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _begun.Dispose();
    }

    [Fact]
    public async Task Of_many_requests_that_find_no_connection_eight_make_one_at_once_and_the_others_take_what_is_free()
    {
        using var client = Client();
        var calls = Enumerable.Range(0, 100).Select(_ => client.GetStringAsync(Address)).ToArray();
        for (var i = 0; i < BoundedConnects.AtOnce; i++) Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(BoundedConnects.AtOnce, Volatile.Read(ref _made));

        _handshakes.SetResult();
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal("well", answer));
    }

    [Fact]
    public async Task Each_connection_that_is_made_is_told_and_none_that_ran_out_of_time_or_is_used_again()
    {
        using var client = Client();
        await LoseOneAsync(client);
        Assert.Equal(0, Volatile.Read(ref _told));
        _time.Advance(BoundedConnects.Remembered);
        _handshakes.SetResult();
        for (var call = 0; call < 3; call++) await client.GetStringAsync(Address);
        Assert.Equal(1, Volatile.Read(ref _told));
    }

    [Theory]
    [InlineData("1.1", BoundedConnects.AtOnce)]
    [InlineData("2.0", 1)]
    public async Task Once_a_connection_ran_out_of_time_all_that_wait_for_the_address_are_told_at_once(string version, int atOnce)
    {
        using var client = Client(version: version);
        var calls = Enumerable.Range(0, 20).Select(_ => client.GetStringAsync(Address)).ToArray();
        for (var i = 0; i < atOnce; i++) Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));

        _time.Advance(TimeSpan.FromSeconds(5));

        foreach (var call in calls) await AssertLateAsync(call);
        Assert.Equal(atOnce, Volatile.Read(ref _made));
    }

    [Fact]
    public async Task Who_comes_within_a_second_of_it_is_told_at_once_and_who_comes_later_tries()
    {
        using var client = Client();
        await LoseOneAsync(client);
        _time.Advance(BoundedConnects.Remembered - TimeSpan.FromMilliseconds(1));
        await AssertLateAsync(client.GetStringAsync(Address));
        Assert.Equal(1, Volatile.Read(ref _made));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        _handshakes.SetResult();
        Assert.Equal("well", await client.GetStringAsync(Address));
    }

    [Fact]
    public async Task A_connection_that_is_made_after_all_lets_others_try()
    {
        using var client = Client();
        var early = client.GetStringAsync(Address);
        Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromSeconds(1));
        using var once = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { ConnectionClose = true } };
        var late = client.SendAsync(once);
        Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromSeconds(4));
        await AssertLateAsync(early);

        _handshakes.SetResult();
        using var answer = await late;
        Assert.Equal("well", await client.GetStringAsync(Address));
    }

    [Fact]
    public async Task Who_waits_for_an_address_that_does_not_answer_holds_up_no_other_address()
    {
        var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var client = Client(context => context.DnsEndPoint.Port == Address.Port);
        var stuck = Enumerable.Range(0, 20).Select(_ => client.GetStringAsync(Address)).ToArray();
        for (var i = 0; i < BoundedConnects.AtOnce; i++) Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));

        var call = client.GetStringAsync(new Uri($"http://{other.LocalEndpoint}"));
        using var taken = await other.AcceptSocketAsync();
        var answering = AnswerAsync(taken);

        Assert.Equal("well", await call);
        other.Dispose();
        _handshakes.SetResult();
        await Task.WhenAll(stuck);
        client.Dispose();
        await answering;
    }

    private async Task LoseOneAsync(HttpClient client)
    {
        var call = client.GetStringAsync(Address);
        Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromSeconds(5));
        await AssertLateAsync(call);
    }

    private static async Task AssertLateAsync(Task<string> call)
    {
        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(HttpRequestError.ConnectionError, failed.HttpRequestError);
        Assert.Contains("no connection within 5 s", failed.Message, StringComparison.Ordinal);
    }

    private HttpClient Client(Func<SocketsHttpConnectionContext, bool>? isSlow = null, string version = "1.1")
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        var connects = new BoundedConnects(TimeSpan.FromSeconds(5), _time, async (context, connection, cancel) =>
        {
            if (isSlow?.Invoke(context) == false) return connection;
            Interlocked.Increment(ref _made);
            _begun.Release();
            await _handshakes.Task.WaitAsync(cancel);
            return connection;
        })
        { Made = () => Interlocked.Increment(ref _told) };
        connects.Serve(handler);
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60), DefaultRequestVersion = Version.Parse(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var taken = await _listener.AcceptSocketAsync(_end.Token);
            _ = AnswerAsync(taken);
        }
    }

    private static async Task AnswerAsync(Socket taken)
    {
        var head = new byte[4096];
        while (await taken.ReceiveAsync(head) > 0) await taken.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nwell"));
    }
}
