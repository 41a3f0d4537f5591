using System.Net;
using System.Net.Sockets;
using System.Text;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class ProtocolTests
{
    private const string Again = ", retry: { attempts: 2, codes: [502, 503, 504], backoff: 1ms }";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_answer_to_HEAD_keeps_its_length_and_has_no_body(string version)
    {
        await using var function = await RawFunction.StartAsync("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: \"a\"\r\n\r\n");
        await using var edge = await StartAsync(function.Address);

        using var answer = await SendAsync(edge, HttpMethod.Head, version);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1234, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel).WaitAsync(Patience, Cancel));
    }

    [Theory]
    [InlineData("1.1", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", 304)]
    [InlineData("2.0", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 1234\r\n\r\n", 304)]
    [InlineData("1.1", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 1234\r\n\r\n", 304)]
    [InlineData("1.1", "HTTP/1.1 204 No Content\r\nETag: \"a\"\r\n\r\n", 204)]
    [InlineData("2.0", "HTTP/1.1 204 No Content\r\nETag: \"a\"\r\n\r\n", 204)]
    [InlineData("1.1", "HTTP/1.1 205 Reset Content\r\nETag: \"a\"\r\nContent-Length: 0\r\n\r\n", 205)]
    public async Task An_answer_that_has_no_body_ends_with_its_head(string version, string raw, int status)
    {
        await using var function = await RawFunction.StartAsync(raw);
        await using var edge = await StartAsync(function.Address);

        using var answer = await SendAsync(edge, HttpMethod.Get, version);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("\"a\"", answer.Headers.ETag!.Tag);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel).WaitAsync(Patience, Cancel));
    }

    [Theory]
    [InlineData("1.1", null)]
    [InlineData("2.0", "42")]
    public async Task Trailers_of_an_answer_pass_over_HTTP_2(string version, string? sum)
    {
        await using var function = await RawFunction.StartAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 42\r\nfnmesh-verdict: Denied\r\n\r\n");
        await using var edge = await StartAsync(function.Address);

        using var answer = await SendAsync(edge, HttpMethod.Get, version);

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(sum, answer.TrailingHeaders.Select(trailer => string.Join(',', trailer.Value)).SingleOrDefault());
    }

    [Fact]
    public async Task Trailers_of_a_request_end_at_the_gateway_with_what_announces_them()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address);

        var answer = await RawCaller.SendAsync(
            edge.Address, "PUT / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 42\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
        var received = Assert.Single(function.Requests);
        Assert.Equal("hello", Encoding.UTF8.GetString(received.Body));
        Assert.DoesNotContain(received.Headers, header => header.Key.Equals("trailer", StringComparison.OrdinalIgnoreCase) || header.Key == "x-sum");
    }

    [Fact]
    public async Task Early_hints_are_skipped_and_the_answer_passes()
    {
        await using var function = await RawFunction.StartAsync("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        await using var edge = await StartAsync(function.Address);

        var answer = await RawCaller.SendAsync(edge.Address, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.DoesNotContain(" 103 ", answer);
    }

    [Fact]
    public async Task A_caller_that_waits_for_100_Continue_gets_it_and_its_body_passes()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function.Address);
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync("PUT / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
        var first = await caller.ReadToAsync("\r\n\r\n");
        await caller.WriteAsync("hello");

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", first);
        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadToEndAsync());
        Assert.Equal("hello", Encoding.UTF8.GetString(Assert.Single(function.Requests).Body));
    }

    [Theory]
    [InlineData("1.1", "")]
    [InlineData("1.1", Again)]
    [InlineData("2.0", Again)]
    public async Task The_first_byte_of_a_body_goes_on_before_the_second_has_come(string version, string retry)
    {
        var first = new TaskCompletionSource<byte>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            first.TrySetResult((await Http2Function.ReadAsync(context.Request.Body, context.RequestAborted))!.Value);
            while (await Http2Function.ReadAsync(context.Request.Body, context.RequestAborted) is not null) { }
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", retry));
        var body = new OpenBody();
        body.Headers.Remove("content-type");

        body.Write(7);
        var answering = SendAsync(edge, HttpMethod.Put, version, body);
        Assert.Equal(7, await first.Task.WaitAsync(Patience, Cancel));
        body.Write(8);
        body.End();

        using var answer = await answering;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("2.0", true)]
    [InlineData("1.1", false)]
    [InlineData("2.0", false)]
    public async Task A_caller_that_goes_away_ends_the_function(string version, bool afterHead)
    {
        var (reached, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            if (afterHead) await context.Response.WriteAsync("data: 1\n\n", context.RequestAborted);
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var edge = await StartAsync(function.Address);
        using var away = new CancellationTokenSource();

        var answering = SendAsync(edge, HttpMethod.Get, version, cancel: away.Token);
        await reached.Task.WaitAsync(Patience, Cancel);
        if (afterHead) (await answering).Dispose();
        else await away.CancelAsync();

        await ended.Task.WaitAsync(Patience, Cancel);
        if (!afterHead) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    [Theory]
    [InlineData("::1", "[::1]")]
    [InlineData("::", "[::1]")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    public async Task Callers_and_functions_may_have_either_kind_of_address(string listen, string called)
    {
        if (!Socket.OSSupportsIPv6) Assert.Skip("this machine has no IPv6");
        await using var function = await ScriptedFunction.StartAsync((context, _) => context.Response.WriteAsync("here"), IPAddress.IPv6Loopback);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"), listen: IPAddress.Parse(listen));

        Assert.Equal("here", await edge.Client.GetStringAsync(new Uri($"http://{called}:{edge.Address.Port}/a"), Cancel));

        var received = Assert.Single(function.Requests).Headers;
        Assert.Equal($"{called}:{edge.Address.Port}", received["x-forwarded-host"]);
        Assert.Equal(called.Trim('[', ']'), received["x-forwarded-for"]);
    }

    private static Task<Edge> StartAsync(Uri function) => Edge.StartAsync(Yaml.App("shop", function) + Yaml.Route("/", "shop"));

    private static Task<HttpResponseMessage> SendAsync(Edge edge, HttpMethod method, string version, HttpContent? content = null, CancellationToken cancel = default)
    {
        var request = new HttpRequestMessage(method, "/a") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
        return edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).WaitAsync(Patience, Cancel);
    }
}
