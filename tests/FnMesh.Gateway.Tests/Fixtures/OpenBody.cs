using System.Net;
using System.Threading.Channels;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A request body that the test writes while the answer is read already; each byte stands for a message.</summary>
internal sealed class OpenBody : HttpContent
{
    private readonly Channel<byte> _messages = Channel.CreateUnbounded<byte>();

    public OpenBody() => Headers.TryAddWithoutValidation("content-type", "application/grpc");

    public void Write(byte message) => Assert.True(_messages.Writer.TryWrite(message));

    /// <summary>Nothing more comes.</summary>
    public void End() => _messages.Writer.TryComplete();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(new[] { message }, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
