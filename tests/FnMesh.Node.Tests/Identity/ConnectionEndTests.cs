using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using FnMesh.Node.Identity;
using FnMesh.Node.Tests.Fixtures;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Identity;

/// <summary>Connections whose requests do not end. SVIDs of these tests last an hour, connections ten minutes.</summary>
public sealed class ConnectionEndTests
{
    private const string Gateway = "spiffe://shop.local/gateway";
    private const string Pricing = "spiffe://shop.local/ns/default/app/pricing";
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Authority Mesh = new();
    private static readonly Authority Other = new();

    private readonly FakeTimeProvider _time = new(Authority.Now);

    [Theory]
    [InlineData("/endless", "1.1")]
    [InlineData("/endless", "2.0")]
    [InlineData("/upgrade", "1.1")]
    public async Task A_stream_outlives_the_greatest_age_and_is_cut_off_when_its_peers_svid_ends(string path, string version)
    {
        await using var end = await MeshEnd.StartAsync(Credentials(until: TimeSpan.FromDays(1)), time: _time, maxAge: MaxAge);
        using var client = MeshEnd.Member(new NodeCredentials(Mesh.Sign(Pricing), Mesh.Bundle(), _time));
        await using var stream = await OpenAsync(end, client, path, version);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("still here", await NextAsync(end, stream, "still here"));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await LastAsync(stream));
        Assert.Contains("a certificate of its handshake has ended", Assert.Single(end.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_cut_off_when_the_svid_ends_that_the_listener_showed()
    {
        var server = Credentials(until: TimeSpan.FromMinutes(20));
        await using var end = await MeshEnd.StartAsync(server, time: _time, maxAge: MaxAge);
        using var client = MeshEnd.Member(new NodeCredentials(Mesh.Sign(Pricing), Mesh.Bundle(), _time));
        await using var stream = await OpenAsync(end, client, "/endless", "2.0");
        server.Update(Mesh.Sign(Gateway));

        _time.Advance(TimeSpan.FromMinutes(20));

        Assert.Null(await LastAsync(stream));
    }

    [Fact]
    public async Task A_stream_that_is_older_than_the_greatest_age_is_cut_off_once_its_peers_authority_is_trusted_no_more()
    {
        var server = Credentials(until: TimeSpan.FromDays(1));
        await using var end = await MeshEnd.StartAsync(server, time: _time, maxAge: MaxAge);
        using var client = MeshEnd.Member(new NodeCredentials(Mesh.Sign(Pricing), Mesh.Bundle(), _time));
        await using var stream = await OpenAsync(end, client, "/endless", "2.0");
        server.Update(bundle: Other.Bundle(2));

        _time.Advance(MaxAge);
        Assert.Equal("what is in flight", await NextAsync(end, stream, "what is in flight"));
        _time.Advance(ConnectionEnd.LastCall);

        Assert.Null(await LastAsync(stream));
        Assert.Contains("was not signed by an authority of the mesh", Assert.Single(end.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_who_shows_no_certificate_what_is_in_flight_after_ten_seconds_is_cut_off_soon()
    {
        await using var end = await MeshEnd.StartAsync(Credentials(until: TimeSpan.FromDays(1)), time: _time, maxAge: MaxAge, strangers: true);
        using var client = MeshEnd.Anybody();
        await using var stream = await OpenAsync(end, client, "/endless", "2.0");

        _time.Advance(PeerConnection.StrangerAge);
        Assert.Equal("what is in flight", await NextAsync(end, stream, "what is in flight"));
        _time.Advance(ConnectionEnd.LastCall);

        Assert.Null(await LastAsync(stream));
    }

    [Theory]
    [InlineData(10, 60, 10)]
    [InlineData(10, 5, 4.5)]
    public void A_connection_is_asked_to_end_before_it_is_cut_off(double maxAge, double ends, double asked)
    {
        var connection = new HeardConnection();
        using var peer = Mesh.Leaf(out _, [Pricing], until: Authority.Now.AddMinutes(ends));
        using var end = new ConnectionEnd(connection, null, peer, () => Credentials(until: TimeSpan.FromDays(1)), static _ => { }, _time, TimeSpan.FromMinutes(maxAge));

        _time.Advance(TimeSpan.FromMinutes(asked) - TimeSpan.FromSeconds(1));
        Assert.Empty(connection.Heard);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["close"], connection.Heard);
        _time.Advance(TimeSpan.FromMinutes(ends - asked) - TimeSpan.FromSeconds(1));
        Assert.Equal(["close"], connection.Heard);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["close", "abort"], connection.Heard);
    }

    [Fact]
    public void A_connection_is_asked_to_end_at_its_greatest_age_also_when_the_clock_is_set_back()
    {
        var time = new ResetClock(Authority.Now);
        var connection = new HeardConnection();
        using var peer = Mesh.Leaf(out _, [Pricing], until: Authority.Now.AddDays(1));
        using var end = new ConnectionEnd(connection, null, peer, () => Credentials(until: TimeSpan.FromDays(1)), static _ => { }, time, MaxAge);

        time.Jump(TimeSpan.FromDays(-7));
        time.Advance(MaxAge);

        Assert.Equal(["close"], connection.Heard);
    }

    [Fact]
    public async Task Who_shows_no_certificate_and_says_nothing_is_cut_off_after_ten_seconds()
    {
        var time = new ResetClock(Authority.Now);
        await using var end = await MeshEnd.StartAsync(Credentials(until: TimeSpan.FromDays(1)), time: time, maxAge: MaxAge, strangers: true);
        await using var silent = await SilentAsync(end);
        await time.ArmedAsync();

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(await LastAsync(silent));
    }

    private NodeCredentials Credentials(TimeSpan until) =>
        new(Svid.Create([Mesh.Leaf(out var key, [Gateway], until: Authority.Now + until).RawData], key), Mesh.Bundle(), _time);

    /// <summary>After its handshake.</summary>
    private static async Task<System.IO.Stream> SilentAsync(MeshEnd end)
    {
        var client = new TcpClient();
        await client.ConnectAsync(end.Address.Host, end.Address.Port);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
#pragma warning disable CA5359 // What the server takes is asked, not who it is.
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "anybody", RemoteCertificateValidationCallback = static (_, _, _, _) => true });
#pragma warning restore CA5359
        return stream;
    }

    private static async Task<System.IO.Stream> OpenAsync(MeshEnd end, HttpClient client, string path, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(end.Address, path)) { Version = new Version(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (path == "/upgrade")
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("words");
        }

        end.Words.Writer.TryWrite("begun");
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(path == "/upgrade" ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.OK, response.StatusCode);
        var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal("begun", await LastAsync(stream));
        return stream;
    }

    private static Task<string?> NextAsync(MeshEnd end, System.IO.Stream stream, string word)
    {
        end.Words.Writer.TryWrite(word);
        return LastAsync(stream);
    }

    /// <summary>Null when the stream has ended or broke.</summary>
    private static async Task<string?> LastAsync(System.IO.Stream stream)
    {
        var buffer = new byte[64];
        try
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(Patience);
            return read == 0 ? null : Encoding.ASCII.GetString(buffer, 0, read);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed class HeardConnection : DefaultConnectionContext, IConnectionLifetimeNotificationFeature
    {
        public HeardConnection() => Features.Set<IConnectionLifetimeNotificationFeature>(this);

        public List<string> Heard { get; } = [];

        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose() => Heard.Add("close");

        public override void Abort(ConnectionAbortedException abortReason) => Heard.Add("abort");
    }
}
