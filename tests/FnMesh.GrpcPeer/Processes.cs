using System.Net;
using System.Net.WebSockets;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FnMesh.GrpcPeer;

/// <summary>Processes that know nothing of the mesh but their PORT and their door.</summary>
internal static class Processes
{
    /// <summary>Speaks HTTP/2 with prior knowledge and nothing else, as the template of ASP.NET Core's gRPC server does.</summary>
    public static Task ServeAsync()
    {
        var builder = Builder(HttpProtocols.Http2);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Prices>();
        return app.RunAsync();
    }

    /// <summary>Calls others by its door, and streams in the ways of HTTP/1.1.</summary>
    public static Task WebAsync()
    {
        var app = Builder(HttpProtocols.Http1).Build();
        var next = new SemaphoreSlim(0);
        app.UseWebSockets();
        app.MapGet("/web/door/{app}", CallByDoorAsync);
        app.MapGet("/web/feed", context => FeedAsync(context, next));
        app.MapGet("/web/next", () => next.Release());
        app.Map("/web/chat", EchoAsync);
        return app.RunAsync();
    }

    private static WebApplicationBuilder Builder(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")!), listen => listen.Protocols = protocols));
        return builder;
    }

    private static async Task<string> CallByDoorAsync(string app, CancellationToken cancel)
    {
        using var channel = GrpcChannel.ForAddress(Environment.GetEnvironmentVariable("FNMESH_GATEWAY")!, new GrpcChannelOptions { HttpHandler = new NamedApp(app), DisposeHttpClient = true });
        return await Kinds.CallAsync(new Shop.ShopClient(channel), cancel);
    }

    private static async Task FeedAsync(HttpContext context, SemaphoreSlim next)
    {
        context.Response.ContentType = "text/event-stream";
        for (var number = 1; number <= 3; number++)
        {
            await context.Response.WriteAsync($"data: {number}\n\n", context.RequestAborted);
            await next.WaitAsync(context.RequestAborted);
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        await socket.CloseAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, context.RequestAborted);
    }

    /// <summary>Names the app as :authority.</summary>
    private sealed class NamedApp(string app) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = app;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
