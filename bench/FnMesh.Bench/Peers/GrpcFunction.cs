using System.Buffers.Binary;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace FnMesh.Bench.Peers;

/// <summary>Answers every gRPC call with one message of 128 bytes and OK, by HTTP/2 with prior knowledge.</summary>
internal static class GrpcFunction
{
    public static async Task<int> RunAsync(int port)
    {
        var message = new byte[5 + 128];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 128);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, static listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(message);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.RunAsync();
        return 0;
    }
}
