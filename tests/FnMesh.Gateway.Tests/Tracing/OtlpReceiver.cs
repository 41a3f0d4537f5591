using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Tests.Tracing;

/// <summary>Takes OTLP over HTTP with protobuf, or over gRPC, and keeps what was sent.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<(string Path, byte[] Body, string? Authorization)> _received = Channel.CreateUnbounded<(string, byte[], string?)>();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public ChannelReader<(string Path, byte[] Body, string? Authorization)> Received => _received.Reader;

    /// <param name="grpc">HTTP/2 alone, with a frame around each message and the status in the trailers.</param>
    public static async Task<OtlpReceiver> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/{**path}", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var message = grpc ? Unframed(body.ToArray()) : body.ToArray();
            receiver._received.Writer.TryWrite((context.Request.Path, message, context.Request.Headers.Authorization));
            context.Response.ContentType = grpc ? "application/grpc" : "application/x-protobuf";
            if (!grpc) return;

            // An empty message, for nothing is rejected.
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>All values at a path of field numbers, in order.</summary>
    public static IEnumerable<byte[]> Fields(byte[] message, params int[] path)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message, ref at);
            var (field, type) = ((int)(key >> 3), key & 7);
            var length = type switch { 0 => 0, 1 => 8, 5 => 4, 2 => (int)Varint(message, ref at), _ => throw new InvalidDataException($"wire type {type}") };
            if (type == 0) Varint(message, ref at);
            var value = message[at..(at + length)];
            at += length;
            if (field != path[0] || type == 0) continue;
            if (path.Length == 1) yield return value;
            else foreach (var inner in Fields(value, path[1..])) yield return inner;
        }
    }

    public static IEnumerable<string> Texts(byte[] message, params int[] path) => Fields(message, path).Select(Encoding.UTF8.GetString);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The one message of a gRPC body: a byte for compression, which is not used here, and a big-endian length stand before it.</summary>
    private static byte[] Unframed(byte[] body)
    {
        Assert.Equal(0, body[0]);
        Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
        return body[5..];
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
