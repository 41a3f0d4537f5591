using System.Net;
using System.Net.WebSockets;
using System.Text;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class StreamingTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("1.1", "")]
    [InlineData("1.1", ", retry: { attempts: 2, codes: [502, 503, 504], backoff: 1ms }")]
    [InlineData("2.0", ", retry: { attempts: 2, codes: [502, 503, 504], backoff: 1ms }")]
    public async Task Server_sent_events_arrive_one_by_one(string version, string retry)
    {
        var received = new SemaphoreSlim(0);
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var number = 1; number <= 3; number++)
            {
                await context.Response.WriteAsync($"data: {number}\n\n", context.RequestAborted);
                await received.WaitAsync(Patience, context.RequestAborted);
            }
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", retry));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/feed") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        for (var number = 1; number <= 3; number++)
        {
            Assert.Equal($"data: {number}", await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, Cancel));
            Assert.Equal("", await reader.ReadLineAsync(Cancel));
            received.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_WebSocket_passes_both_ways_until_one_side_closes_it(string version)
    {
        await using var function = await StartEchoAsync();
        await using var edge = await Edge.StartAsync(Yaml.App("shop", Address(function)) + Yaml.Route("/", "shop"));
        using var socket = Socket(version);

        await socket.ConnectAsync(new UriBuilder(edge.Address) { Scheme = "ws", Path = "/chat" }.Uri, new HttpMessageInvoker(new SocketsHttpHandler()), Cancel);
        foreach (var word in new[] { "one", "two" })
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(word), WebSocketMessageType.Text, endOfMessage: true, Cancel);
            var buffer = new byte[16];
            var answer = await socket.ReceiveAsync(buffer.AsMemory(), Cancel).AsTask().WaitAsync(Patience, Cancel);
            Assert.Equal(word, Encoding.UTF8.GetString(buffer, 0, answer.Count));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancel).WaitAsync(Patience, Cancel);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_WebSocket_beyond_the_bound_is_refused_before_its_function_hears_of_it_and_passes_once_another_has_ended(string version)
    {
        var heard = 0;
        await using var function = await StartEchoAsync(() => heard++);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", Address(function)) + Yaml.Route("/", "shop"), upgraded: 2);
        var chat = new UriBuilder(edge.Address) { Scheme = "ws", Path = "/chat" }.Uri;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        using (var first = Socket(version))
        {
            await first.ConnectAsync(chat, invoker, Cancel);
            using var second = Socket(version);
            second.Options.CollectHttpResponseDetails = true;
            await Assert.ThrowsAsync<WebSocketException>(() => second.ConnectAsync(chat, invoker, Cancel));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "Overloaded", 1), (second.HttpStatusCode, second.HttpResponseHeaders!["fnmesh-verdict"].Single(), heard));
            await edge.EndedAsync();
            await first.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancel).WaitAsync(Patience, Cancel);
        }

        await edge.EndedAsync().WaitAsync(Patience, Cancel);
        using var third = Socket(version);
        await third.ConnectAsync(chat, invoker, Cancel);
        Assert.Equal(2, heard);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_function_that_takes_no_WebSocket_says_so_itself(string version)
    {
        await using var function = await ScriptedFunction.StartAsync(426);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var socket = Socket(version);
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(edge.Address) { Scheme = "ws" }.Uri, new HttpMessageInvoker(new SocketsHttpHandler()), Cancel));

        Assert.Equal(HttpStatusCode.UpgradeRequired, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_WebSocket_is_authorized_as_the_GET_that_the_function_sees(string version)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: { name: no-reading }
            spec:
              targetRefs: [ { kind: FunctionApp, name: shop } ]
              action: DENY
              rules: [ { to: [ { methods: [ GET ], paths: [ /chat ] } ] } ]
            """);
        using var socket = Socket(version);
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(edge.Address) { Scheme = "ws", Path = "/chat" }.Uri, new HttpMessageInvoker(new SocketsHttpHandler()), Cancel));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        Assert.Empty(function.Requests);
    }

    private static ClientWebSocket Socket(string version) => new() { Options = { HttpVersion = Version.Parse(version), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };

    private static Uri Address(WebApplication function) => new(function.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    private static async Task<WebApplication> StartEchoAsync(Action? hears = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            hears?.Invoke();
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[1024];
            while (await socket.ReceiveAsync(buffer, Cancel) is { MessageType: not WebSocketMessageType.Close } message)
                await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, Cancel);
            await socket.CloseAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, Cancel);
        });
        await app.StartAsync(Cancel);
        return app;
    }
}
