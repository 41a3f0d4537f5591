using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Limits;

/// <summary>limits.bodyBytes of a TrafficPolicy, at the real edge.</summary>
public sealed class BodyLimitTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_is_announced_too_long_is_refused_before_it_comes_and_uses_up_nobodys_share()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 4, requestsPerSecond: 1 }"));
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync("PUT /a HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\n");
        var answer = await caller.ReadToAsync("}");

        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("fnmesh-verdict: TooLarge\r\n", answer);
        var problem = JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)]).RootElement;
        Assert.Matches(@"^TrafficPolicy app \(policy\.yaml:\d+:\d+\) takes bodies of up to 4 bytes to FunctionApp shop; send less, or raise 'limits\.bodyBytes'$", problem.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.OK, await PutAsync(edge, "four"));
        Assert.Equal("four"u8, Assert.Single(function.Requests).Body);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_refused_when_it_passes_the_bound_while_its_caller_still_sends()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 4 }"));
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync("PUT /a HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n");
        var answer = await caller.ReadToAsync("}");

        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("takes bodies of up to 4 bytes to FunctionApp shop", answer);
        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task A_body_of_unknown_length_that_keeps_to_the_bound_passes()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 4 }"));

        var answer = await RawCaller.SendAsync(edge.Address, "PUT /a HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.Equal("abcd"u8, Assert.Single(function.Requests).Body);
    }

    [Fact]
    public async Task A_stream_of_gRPC_is_counted_as_a_whole_and_ends_with_RESOURCE_EXHAUSTED()
    {
        await using var function = await Http2Function.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 2 }"));
        var body = new OpenBody();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Orders/Place") { Content = body, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        var sending = edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        for (byte message = 0; message < 3; message++) body.Write(message);
        using var answer = await sending;

        Assert.Equal("8", Assert.Single(answer.Headers.GetValues("grpc-status")));
        Assert.Equal("TooLarge", Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
    }

    [Fact]
    public async Task The_most_specific_bound_holds()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(
            Shop(function.Address)
            + Policy("everything", "Mesh", "limits: { bodyBytes: 1 }")
            + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 2 }")
            + Policy("route", "HTTPRoute, name: shop-route", "limits: { bodyBytes: 3 }"));

        Assert.Equal(HttpStatusCode.OK, await PutAsync(edge, "abc"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PutAsync(edge, "abcd"));
    }

    [Fact]
    public async Task With_0_calls_without_a_body_pass_and_no_other()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 0 }"));

        using var get = await edge.Client.GetAsync("/a", Cancel);

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(edge, ""));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PutAsync(edge, "a"));
    }

    [Fact]
    public async Task Callers_that_send_too_much_do_not_open_the_breaker()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(
            Shop(function.Address) + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 4 }, circuitBreaker: { failureRatio: 0.5, minimumThroughput: 2, window: 10s, breakFor: 60s }"));

        for (var call = 0; call < 5; call++)
        {
            using var caller = await RawCaller.ConnectAsync(edge.Address);
            await caller.WriteAsync("PUT /a HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n");
            Assert.StartsWith("HTTP/1.1 413 ", await caller.ReadToAsync("}"));
        }

        Assert.Equal(HttpStatusCode.OK, await PutAsync(edge, "four"));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task What_a_WebSocket_carries_is_no_body(string version)
    {
        await using var function = await StreamingFunction.StartAsync(EchoAsync);
        await using var edge = await Edge.StartAsync(Shop(function.Address) + Policy("app", "FunctionApp, name: shop", "limits: { bodyBytes: 1 }"));
        using var socket = new ClientWebSocket();
        (socket.Options.HttpVersion, socket.Options.HttpVersionPolicy) = (Version.Parse(version), HttpVersionPolicy.RequestVersionExact);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        await socket.ConnectAsync(new UriBuilder(edge.Address) { Scheme = "ws", Path = "/a" }.Uri, invoker, Cancel);

        await socket.SendAsync("longer"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        var buffer = new byte[16];
        var echo = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);

        Assert.Equal("longer"u8, buffer.AsSpan(0, echo.Count));
    }

    /// <summary>Gives back the first message as it came, whose frame the test's client masks and the server's does not.</summary>
    private static async Task EchoAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        var upgrade = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>()!;
        var key = context.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
#pragma warning disable CA5350 // RFC 6455, 4.2.2, names it.
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        using var socket = WebSocket.CreateFromStream(await upgrade.UpgradeAsync(), new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[16];
        var message = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, endOfMessage: true, context.RequestAborted);
    }

    private static string Shop(Uri function) => Yaml.App("shop", function) + Yaml.Route("/", "shop");

    private static string Policy(string name, string target, string fields) => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: {{name}} }
        spec: { targetRefs: [ { kind: {{target}} } ], {{fields}} }

        """;

    private static async Task<HttpStatusCode> PutAsync(Edge edge, string body)
    {
        using var content = new StringContent(body);
        using var answer = await edge.Client.PutAsync("/a", content, Cancel);
        return answer.StatusCode;
    }
}
