using FnMesh.Node.Http;

namespace FnMesh.Gateway.Idempotency;

/// <summary>An answer's body on its way to the caller, of which a copy is kept up to a bound. A caller that went away stops the way, and not the copy.</summary>
internal sealed class KeptBody(Stream caller, CopyBudget budget) : Stream
{
    private MemoryStream? _kept = new();
    private bool _gone;

    /// <summary>All that was written; null when that was more than is kept.</summary>
    public byte[]? Whole => _kept?.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(buffer.Span);
        if (_gone) return;
        try
        {
            await caller.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            _gone = true;
        }
    }

    protected override void Dispose(bool disposing)
    {
        Drop();
        base.Dispose(disposing);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_kept is not null && _kept.Length + bytes.Length <= KeptAnswer.MaxBodyBytes && budget.TryTake(bytes.Length)) _kept.Write(bytes);
        else Drop();
    }

    private void Drop()
    {
        if (_kept is not null) budget.GiveBack(_kept.Length);
        _kept = null;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_gone) return;
        try
        {
            await caller.FlushAsync(cancellationToken);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            _gone = true;
        }
    }

    public override void Flush() => throw new NotSupportedException("answers are written asynchronously");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("answers are written asynchronously");
}
