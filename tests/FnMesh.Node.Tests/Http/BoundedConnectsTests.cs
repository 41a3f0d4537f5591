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
    public async Task A_connection_that_takes_longer_than_its_limit_fails_as_one_that_was_never_made_and_makes_room()
    {
        using var client = Client();
        var calls = Enumerable.Range(0, BoundedConnects.AtOnce + 1).Select(_ => client.GetStringAsync(Address)).ToArray();
        for (var i = 0; i < BoundedConnects.AtOnce; i++) Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));

        _time.Advance(TimeSpan.FromSeconds(6));

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => calls[0]);
        Assert.Equal(HttpRequestError.ConnectionError, failed.HttpRequestError);
        Assert.Contains("no connection within 5 s", failed.Message, StringComparison.Ordinal);
        Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));
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

    private HttpClient Client(Func<SocketsHttpConnectionContext, bool>? isSlow = null)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        var connects = new BoundedConnects(TimeSpan.FromSeconds(5), _time, async (context, connection, cancel) =>
        {
            if (isSlow?.Invoke(context) == false) return connection;
            Interlocked.Increment(ref _made);
            _begun.Release();
            await _handshakes.Task.WaitAsync(cancel);
            return connection;
        });
        connects.Serve(handler);
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
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
