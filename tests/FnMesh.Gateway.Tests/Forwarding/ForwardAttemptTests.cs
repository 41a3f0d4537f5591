using System.Net;
using System.Net.Sockets;
using System.Text;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class ForwardAttemptTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("content-type")]
    [InlineData("Content-Length")]
    [InlineData("close, content-language")]
    public async Task A_caller_that_nominates_a_header_of_its_body_does_not_fail_the_call(string nominated)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));

        var answer = await SendAsync(edge, $"POST / HTTP/1.1\r\nHost: shop\r\nConnection: {nominated}\r\nContent-Type: text/plain\r\nContent-Language: en\r\nContent-Length: 2\r\n\r\nhi");

        Assert.Equal("HTTP/1.1 200 OK", answer);
        Assert.Equal("hi", Encoding.ASCII.GetString(Assert.Single(function.Requests).Body));
    }

    [Fact]
    public async Task Trailers_of_a_function_cannot_speak_for_the_mesh()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var edge = await Edge.StartAsync(Yaml.App("shop", new Uri($"http://{listener.LocalEndpoint}")) + Yaml.Route("/", "shop"));
        var serving = AnswerAsync(listener, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: fnmesh-verdict, x-sum\r\n\r\n1\r\na\r\n0\r\nfnmesh-verdict: Denied\r\nx-sum: 1\r\n\r\n");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/a") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await edge.Client.SendAsync(request, Cancel);

        await serving;
        Assert.Equal("1", Assert.Single(answer.TrailingHeaders.GetValues("x-sum")));
        Assert.False(answer.TrailingHeaders.Contains("fnmesh-verdict"));
        Assert.Equal("x-sum", Assert.Single(answer.Headers.Trailer));
    }

    [Fact]
    public async Task Trailers_that_cannot_pass_are_not_announced()
    {
        await using var function = await RawFunction.StartAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n1\r\na\r\n0\r\nx-sum: 1\r\n\r\n");
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var answer = await edge.Client.GetAsync("/a", Cancel);
        Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, answer.Headers.Trailer.Count));
    }

    [Theory]
    [InlineData("Connection: close, x-secret", true)]
    [InlineData("Connection: x-secret\t, Close", true)]
    [InlineData("Connection: x-secret\r\nConnection: close", true)]
    [InlineData("Connection: close\r\nConnection: x-secret", true)]
    [InlineData("Connection: close, keep-alive, x-secret", true)]
    [InlineData("Connection: keep-alive, x-secret", false)]
    [InlineData("Connection: keep-alive\r\nConnection: x-secret", false)]
    [InlineData("Connection: Upgrade, x-secret\r\nUpgrade: none", false)]
    [InlineData("Connection: x-secret", false)]
    public async Task What_a_caller_nominates_in_Connection_ends_at_the_gateway_whatever_stands_beside_it(string nominated, bool closes)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawCaller.ConnectAsync(edge.Address);
        var request = $"GET /a HTTP/1.1\r\nHost: shop\r\n{nominated}\r\nX-Secret: 1\r\nX-Open: 1\r\n\r\n";

        await caller.WriteAsync(request);
        var answer = await caller.ReadToAsync(closes ? null : "answer 1");
        if (!closes)
        {
            await caller.WriteAsync(request);
            Assert.Contains("answer 2", await caller.ReadToAsync("answer 2"));
        }

        Assert.StartsWith("HTTP/1.1 200 OK", answer);
        Assert.Equal(closes ? 1 : 2, function.Requests.Count);
        Assert.All(function.Requests, received => Assert.True(received.Headers.ContainsKey("x-open") && !received.Headers.ContainsKey("x-secret")));
    }

    [Fact]
    public async Task What_a_function_nominates_in_Connection_ends_at_the_gateway()
    {
        await using var function = await RawFunction.StartAsync("HTTP/1.1 200 OK\r\nConnection: close, x-secret\r\nX-Secret: 1\r\nX-Open: 1\r\nContent-Length: 0\r\n\r\n");
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var answer = await edge.Client.GetAsync("/a", Cancel);
        Assert.True(answer.Headers.Contains("x-open") && !answer.Headers.Contains("x-secret"));
    }

    [Fact]
    public async Task A_head_that_is_too_long_to_be_taken_is_told_with_the_limit_and_the_mend()
    {
        await using var function = await RawFunction.StartAsync($"HTTP/1.1 200 OK\r\nSet-Cookie: {new string('a', 65 * 1024)}\r\nContent-Length: 0\r\n\r\n");
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 0 }"));
        using var answer = await edge.Client.GetAsync("/a", Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("answered with a head of more than 64 KiB, the most that the gateway takes; shorten its headers", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task So_it_is_when_the_head_comes_over_HTTP_2()
    {
        await using var function = await Http2Function.StartAsync(context =>
        {
            context.Response.Headers["set-cookie"] = Enumerable.Repeat(new string('a', 1024), 70).ToArray();
            return Task.CompletedTask;
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 0 }"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a.B/C") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new("application/grpc");
        using var answer = await edge.Client.SendAsync(request, Cancel);
        Assert.Contains("answered with a head of more than 64 KiB", Assert.Single(answer.Headers.GetValues("grpc-message")));
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_counts_as_never_sent()
    {
        // A full backlog: the system drops further connects, as a network does that leads nowhere.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Cancel);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", new Uri($"http://{listener.LocalEndpoint}")) + Yaml.Route("/", "shop", ", retry: { attempts: 0 }"));

        using var answer = await edge.Client.PostAsync("/a", new StringContent("x"), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("cannot connect to", await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using var socket = await listener.AcceptTcpClientAsync(Cancel);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 })
        {
            // The head of the request.
        }

        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer), Cancel);
    }

    private static async Task<string?> SendAsync(Edge edge, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, edge.Address.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), Cancel);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        return await reader.ReadLineAsync(Cancel);
    }
}
