using System.Diagnostics;
using System.Net;
using System.Security.Authentication;
using FnMesh.Gateway.Listeners;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Listeners;

public sealed class TlsListenerTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly HeardLog _log = new();
    private readonly PemFiles _files = new();
    private ScriptedFunction _function = null!;

    public async ValueTask InitializeAsync() => _function = await ScriptedFunction.StartAsync(200);

    public async ValueTask DisposeAsync()
    {
        await _function.DisposeAsync();
        _files.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task The_server_name_chooses_the_certificate_exact_before_the_longest_wildcard()
    {
        var (a, wild, deep) = (_files.Write("a", "a.shop.example"), _files.Write("wild", "*.shop.example"), _files.Write("deep", "*.b.shop.example"));
        await using var edge = await StartAsync(
            ListenerYaml.Https("a", 443, _files.Options("a"), "a.shop.example"), ListenerYaml.Https("wild", 443, _files.Options("wild"), "*.shop.example"), ListenerYaml.Https("deep", 443, _files.Options("deep"), "*.b.shop.example"));

        foreach (var (name, thumbprint) in new[] { ("a.shop.example", a), ("A.Shop.Example", a), ("c.shop.example", wild), ("b.shop.example", wild), ("c.b.shop.example", deep) })
        {
            using var caller = new TlsCaller(_files, edge.AddressOf(443)!, name);
            using var answer = await caller.GetAsync(name);
            Assert.Equal((name, HttpStatusCode.OK, thumbprint), (name, answer.StatusCode, caller.Thumbprint));
        }
    }

    [Theory]
    [InlineData("other.example")]
    [InlineData("")]
    public async Task A_server_name_that_no_listener_is_for_gets_no_connection(string name)
    {
        _files.Write("a", "a.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("a"), "a.example"));

        using var caller = new TlsCaller(_files, edge.AddressOf(443)!, name);
        await Assert.ThrowsAsync<HttpRequestException>(() => caller.GetAsync("a.example"));
        Assert.Equal(0, caller.Handshakes);
    }

    [Fact]
    public async Task Http_2_and_http_1_are_chosen_by_alpn_and_functions_see_https()
    {
        _files.Write("a", "a.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("a"), "a.example"));

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var caller = new TlsCaller(_files, edge.AddressOf(443)!, "a.example", version);
            using var answer = await caller.GetAsync("a.example");
            Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
            var received = _function.Requests.Last().Headers;
            Assert.Equal(("https", "a.example"), (received["x-forwarded-proto"], received["x-forwarded-host"]));
        }
    }

    [Fact]
    public async Task A_connection_for_one_listener_is_told_that_a_request_for_another_is_misdirected()
    {
        _files.Write("both", "a.example", "b.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("both"), "a.example"), ListenerYaml.Https("b", 443, _files.Options("both"), "b.example"));

        using var caller = new TlsCaller(_files, edge.AddressOf(443)!, "a.example");
        using var own = await caller.GetAsync("a.example");
        var other = new HttpRequestMessage(HttpMethod.Get, new Uri("http://a.example/")) { Headers = { Host = "b.example" } };
        using var misdirected = await caller.SendAsync(other);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.MisdirectedRequest, 1), (own.StatusCode, misdirected.StatusCode, caller.Handshakes));
        Assert.Equal("Misdirected", Assert.Single(misdirected.Headers.GetValues("fnmesh-verdict")));
        Assert.Contains("the connection was made for a.example, and host b.example is of the listener public/b", await misdirected.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_change_are_read_again_and_connections_go_on()
    {
        var before = _files.Write("a", "a.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("a"), "a.example"));
        await _log.HearAsync("Loaded", Cancel);
        using var old = new TlsCaller(_files, edge.AddressOf(443)!, "a.example");
        using var first = await old.GetAsync("a.example");

        var after = _files.Write("a", "a.example");
        _time.Advance(GatewayListeners.Turn);
        await _log.HearAsync("Loaded", Cancel);

        using var again = await old.GetAsync("a.example");
        Assert.Equal((HttpStatusCode.OK, before, 1), (again.StatusCode, old.Thumbprint, old.Handshakes));
        using var anew = new TlsCaller(_files, edge.AddressOf(443)!, "a.example");
        using var answer = await anew.GetAsync("a.example");
        Assert.Equal((HttpStatusCode.OK, after), (answer.StatusCode, anew.Thumbprint));
    }

    [Theory]
    [InlineData("no certificate", "holds no certificate in PEM")]
    [InlineData("another's key", "are no pair of a certificate and its unencrypted key in PEM")]
    [InlineData("gone", "cannot be read")]
    public async Task A_new_pair_that_is_no_good_leaves_the_old_one_in_service_and_says_so(string broken, string said)
    {
        var before = _files.Write("a", "a.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("a"), "a.example"));
        var key = await File.ReadAllTextAsync(_files["a.key"], Cancel);

        if (broken == "no certificate") await File.WriteAllTextAsync(_files["a.crt"], "nothing", Cancel);
        else if (broken == "gone") File.Delete(_files["a.key"]);
        else await BreakKeyAsync();
        _time.Advance(GatewayListeners.Turn);
        var heard = await _log.HearAsync("Refused", Cancel);
        Assert.Contains(said, heard, StringComparison.Ordinal);
        Assert.EndsWith("; what was read before stays in service", heard, StringComparison.Ordinal);
        Assert.StartsWith("public/a: ", Assert.Single(edge.Faults), StringComparison.Ordinal);
        Assert.Contains(said, edge.Faults[0], StringComparison.Ordinal);
        Assert.Equal(before, await ThumbprintAsync(edge));

        var after = _files.Write("a", "a.example");
        Assert.NotEqual(key, await File.ReadAllTextAsync(_files["a.key"], Cancel));
        await edge.FollowAsync();
        Assert.Equal(after, await ThumbprintAsync(edge));
        Assert.Empty(edge.Faults);
    }

    [Fact]
    public async Task Without_a_pair_a_listener_takes_no_connection_until_there_is_one_while_others_of_its_port_do()
    {
        var other = _files.Write("b", "b.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("a"), "a.example"), ListenerYaml.Https("b", 443, _files.Options("b"), "b.example"));
        Assert.EndsWith("; connections to its listeners are refused until it is mended", await _log.HearAsync("Refused", Cancel), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => ThumbprintAsync(edge));
        Assert.Equal(other, await ThumbprintAsync(edge, "b.example"));

        var there = _files.Write("a", "a.example");
        await edge.FollowAsync();
        Assert.Equal(there, await ThumbprintAsync(edge));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_versions_of_tls_that_are_safe_are_spoken(SslProtocols version)
    {
        _files.Write("a", "a.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("a"), "a.example"));
        using var caller = new TlsCaller(_files, edge.AddressOf(443)!, "a.example", protocols: version);
        using var answer = await caller.GetAsync("a.example");
        Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, caller.Protocol));
    }

    [Theory]
    [InlineData("a.example", "-alpn h2,http/1.1", "ALPN protocol: h2")]
    [InlineData("a.example", "-alpn http/1.1", "ALPN protocol: http/1.1")]
    [InlineData("a.example", "-tls1_2", "Protocol  : TLSv1.2")]
    [InlineData("a.example", "", "subject=CN = a")]
    [InlineData("c.example", "", "subject=CN = wild")]
    [InlineData("a.example", "", "Verify return code: 0 (ok)")]
    [InlineData("a.example", "-tls1_1 -cipher DEFAULT@SECLEVEL=0", "Cipher is (NONE)")]
    [InlineData("other.test", "", "no peer certificate available")]
    public async Task Openssl_agrees(string name, string options, string said)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Array.TrueForAll((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => !File.Exists(Path.Combine(folder, "openssl"))), "there is no openssl");
        _files.Write("a", "a.example");
        _files.Write("wild", "*.example");
        await using var edge = await StartAsync(ListenerYaml.Https("a", 443, _files.Options("a"), "a.example"), ListenerYaml.Https("wild", 443, _files.Options("wild"), "*.example"));

        var start = new ProcessStartInfo("openssl", $"s_client -connect 127.0.0.1:{edge.AddressOf(443)!.Port} -servername {name} -verify_hostname {name} -CAfile {_files.Authority} {options}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var openssl = Process.Start(start)!;
        openssl.StandardInput.Close();
        var errors = openssl.StandardError.ReadToEndAsync(Cancel);
        var output = await openssl.StandardOutput.ReadToEndAsync(Cancel);
        await openssl.WaitForExitAsync(Cancel);
        Assert.Contains(said, output + await errors, StringComparison.Ordinal);
    }

    private Task<Edge> StartAsync(params string[] listeners) =>
        Edge.StartAsync(Yaml.App("orders", _function.Address) + ListenerYaml.Route("orders") + ListenerYaml.Gateway(listeners), _time, log: _log);

    private async Task BreakKeyAsync()
    {
        var certificate = await File.ReadAllTextAsync(_files["a.crt"], Cancel);
        _files.Write("a", "a.example");
        await File.WriteAllTextAsync(_files["a.crt"], certificate, Cancel);
    }

    private async Task<string?> ThumbprintAsync(Edge edge, string name = "a.example")
    {
        using var caller = new TlsCaller(_files, edge.AddressOf(443)!, name);
        using var answer = await caller.GetAsync(name);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return caller.Thumbprint;
    }
}
