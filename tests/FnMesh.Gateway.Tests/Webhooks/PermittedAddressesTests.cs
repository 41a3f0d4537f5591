using System.Net;
using System.Net.Sockets;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Webhooks;
using FnMesh.Policy;

namespace FnMesh.Gateway.Tests.Webhooks;

/// <summary>Which addresses a webhook's client connects to, on real sockets.</summary>
public sealed class PermittedAddressesTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shop.example", "127.0.0.1", "loopback")]
    [InlineData("shop.example", "::1", "loopback")]
    [InlineData("shop.example", "::ffff:127.0.0.1", "IPv4-mapped")]
    [InlineData("shop.example", "169.254.169.254", "link-local")]
    [InlineData("shop.example", "10.0.0.1", "private")]
    [InlineData("shop.example", "fd00::1", "unique-local")]
    [InlineData("localhost", "127.0.0.1", "loopback")]
    [InlineData("2130706433", null, "loopback")]
    [InlineData("0177.0.0.1", null, "loopback")]
    [InlineData("[::ffff:7f00:1]", null, "IPv4-mapped")]
    public async Task What_the_policy_does_not_name_gets_no_connection(string host, string? means, string fault)
    {
        await using var canary = await Canary.StartAsync();
        using var client = Client([], means is null ? [] : [IPAddress.Parse(means)]);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, $"http://{host}:{canary.Port}/"));

        Assert.Contains($"the host's address is {fault}, where nothing is delivered unless the Mesh names it in webhooks.networks", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, canary.Connections);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_are_tried_that_may_be_reached()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var canary = await Canary.StartAsync(IPAddress.Parse("127.0.0.2"), function.Address.Port);
        using var client = Client(["127.0.0.1"], [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]);

        using var answer = await GetAsync(client, $"http://shop.example:{function.Address.Port}/");

        Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, canary.Connections));
    }

    [Fact]
    public async Task A_name_that_means_another_address_the_next_moment_is_asked_for_once_and_leads_to_what_was_checked()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var canary = await Canary.StartAsync(IPAddress.Parse("127.0.0.2"), function.Address.Port);
        var asked = 0;
        using var client = BackendClient.Create(TimeProvider.System, resolve: new PermittedAddresses(
            [OutsideAddress.Range("127.0.0.1")!.Value], (_, _) => Task.FromResult<IPAddress[]>([++asked == 1 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")])).FindAsync);

        var address = $"http://shop.example:{function.Address.Port}/";
        for (var call = 0; call < 2; call++)
        {
            using var answer = await GetAsync(client, address);
            await answer.Content.ReadAsByteArrayAsync(Cancel);
        }

        Assert.Equal((1, 2, 0), (asked, function.Requests.Count, canary.Connections));

        // Another connection is another look-up.
        using var open = await GetAsync(client, address);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, address));
        Assert.Equal((2, 3, 0), (asked, function.Requests.Count, canary.Connections));
    }

    private static HttpMessageInvoker Client(string[] named, IPAddress[] means) =>
        BackendClient.Create(TimeProvider.System, resolve: new PermittedAddresses([.. named.Select(range => OutsideAddress.Range(range)!.Value)], (_, _) => Task.FromResult(means)).FindAsync);

    private static async Task<HttpResponseMessage> GetAsync(HttpMessageInvoker client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await client.SendAsync(request, Cancel);
    }

    /// <summary>Listens and counts who comes.</summary>
    private sealed class Canary : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly Task _listening;
        private int _connections;

        private Canary(IPAddress address, int port)
        {
            _listener = new TcpListener(address, port);
            _listener.Start();
            _listening = CountAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>Those that wait to be accepted count, too.</summary>
        public int Connections => Volatile.Read(ref _connections) + (_listener.Pending() ? 1 : 0);

        public static Task<Canary> StartAsync(IPAddress? address = null, int port = 0) => Task.FromResult(new Canary(address ?? IPAddress.Loopback, port));

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task CountAsync()
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
            }
        }
    }
}
