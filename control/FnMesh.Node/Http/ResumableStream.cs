using System.Buffers;
using System.IO.Pipelines;

namespace FnMesh.Node.Http;

/// <summary>
/// A request's body whose reads can be given up: what had not been taken stays for whoever reads next, the server included, which takes the rest of a body before it reads the next request.
/// To Kestrel a read of HTTP/1.1 that its token cancelled goes on for ever, and all that follow fail; so the pipe is told to wake up instead.
/// </summary>
/// <param name="source">Where the server puts the body.</param>
public sealed class ResumableStream(PipeReader source) : ReadStream
{
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
