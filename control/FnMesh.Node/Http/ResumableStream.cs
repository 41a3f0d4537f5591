using System.Buffers;
using System.IO.Pipelines;

namespace FnMesh.Node.Http;

/// <summary>
/// A request's body whose reads can be given up: what had not been taken stays for whoever reads next, the server included, which takes the rest of a body before it reads the next request.
/// To Kestrel a read of HTTP/1.1 that its token cancelled goes on for ever, and all that follow fail; so the pipe is told to wake up instead.
/// </summary>
/// <param name="source">Where the server puts the body.</param>
public sealed class ResumableStream(PipeReader source) : System.IO.Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!source.TryRead(out var read)) read = await WaitAsync(cancellationToken);
            var bytes = read.Buffer;
            // Somebody may have been woken up who had read already: then it is the next who hears of it.
            var isGivenUp = read.IsCanceled && cancellationToken.IsCancellationRequested;
            var taken = isGivenUp ? 0 : (int)Math.Min(bytes.Length, buffer.Length);
            bytes.Slice(0, taken).CopyTo(buffer.Span);
            source.AdvanceTo(bytes.GetPosition(taken));
            if (!isGivenUp && (taken > 0 || read.IsCompleted || buffer.IsEmpty)) return taken;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("request bodies are read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancel)
    {
        using var givenUp = cancel.UnsafeRegister(static source => WakeUp((PipeReader)source!), source);
        return await source.ReadAsync(CancellationToken.None);
    }

    private static void WakeUp(PipeReader source)
    {
        try
        {
            source.CancelPendingRead();
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The connection or the request has ended, and the read with it.
        }
    }
}
