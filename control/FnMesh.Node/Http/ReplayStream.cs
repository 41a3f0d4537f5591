namespace FnMesh.Node.Http;

/// <summary>
/// A request body that keeps what passes through it, up to a bound, so that it can be sent again. It adds no wait, and takes the client's away:
/// what has come goes on before more is waited for.
/// </summary>
/// <param name="source">The body as it comes.</param>
/// <param name="isResumable">Whether the source can be read on after a read was cancelled, so that a body may be sent again that has not ended yet.</param>
public sealed class ReplayStream(System.IO.Stream source, bool isResumable) : System.IO.Stream
{
    /// <summary>In bytes, unless <see cref="KeepUpTo"/> says otherwise; a body that is longer cannot be sent again.</summary>
    public const int Capacity = 64 * 1024;

    private readonly Lock _gate = new();
    private byte[] _kept = [];
    private int _most = Capacity;
    private CopyBudget? _room;
    private int _taken;
    private int _keptLength;
    private int _replayed;
    private bool _started;
    private bool _ended;
    private bool _overflowed;
    private bool _passed;
    private volatile bool _starved;

    /// <summary>Nothing was read yet, or all that was is kept, and the rest, if any, can still be read.</summary>
    public bool CanReplay => !_started || (!_overflowed && (_ended || isResumable));

    /// <summary>Whether more is waited for than has come, or was when the wait was given up.</summary>
    public bool IsStarved => _starved;

    /// <summary>The whole body, once it has passed and if it was kept and has no more than <see cref="Capacity"/>; null otherwise.</summary>
    public byte[]? Whole() => Volatile.Read(ref _ended) && !_overflowed && _keptLength <= Capacity ? _kept.AsSpan(0, _keptLength).ToArray() : null;

    /// <summary>Says how much is kept. Has no effect once the first byte was read.</summary>
    /// <param name="most">In bytes.</param>
    /// <param name="room">What is beyond <see cref="Capacity"/> is taken from here, until this is disposed of; where there is no room the body cannot be sent again.</param>
    public void KeepUpTo(int most, CopyBudget room)
    {
        if (!_started) (_most, _room) = (most, room);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What reads it now, or read it last.</summary>
    internal Task Reader { get; set; } = Task.CompletedTask;

    /// <summary>Where its bytes are written to, by nobody but its reader; null when that flushes by itself.</summary>
    internal System.IO.Stream? Output { get; set; }

    /// <summary>Begins again from the first byte, once nobody else reads: who did has been cancelled.</summary>
    public async ValueTask RewindAsync(CancellationToken cancel)
    {
        if (!Reader.IsCompleted) await Reader.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _replayed = 0;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_replayed < _keptLength)
        {
            var again = Math.Min(buffer.Length, _keptLength - _replayed);
            _kept.AsSpan(_replayed, again).CopyTo(buffer.Span);
            _replayed += again;
            return again;
        }

        if (_ended) return 0;
        _started = true;
        var reading = source.ReadAsync(buffer, cancellationToken);
        _starved = !reading.IsCompleted;
        if (reading.IsCompleted || !_passed || Output is not { } output) return Took(await reading, buffer);
        // Always waited for to its end: whose buffer it is may use it for something else afterwards.
        var pending = reading.AsTask();
        await FlushAsync(output, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Took(await pending, buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("request bodies are read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) Drop();
        base.Dispose(disposing);
    }

    /// <summary>
    /// A client keeps the last bytes of a body until there are more, or the end: with a caller that pauses, the function would wait for what is here. That it fails is for the client to see,
    /// which begins the request again or ends the read; a read that told it would blame the caller.
    /// </summary>
    private static async Task FlushAsync(System.IO.Stream output, CancellationToken cancel) => await output.FlushAsync(cancel);

    private int Took(int read, Memory<byte> buffer)
    {
        (_passed, _starved) = (read > 0, false);
        if (read == 0 && buffer.Length > 0) _ended = true;
        else Keep(buffer.Span[..read]);
        return read;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_overflowed) return;
        var length = _keptLength + bytes.Length;
        if (length > _most || (length > _kept.Length && !TryGrow(Math.Min(_most, Math.Max(length, _kept.Length * 2)))))
        {
            Drop();
            return;
        }

        bytes.CopyTo(_kept.AsSpan(_keptLength));
        _keptLength += bytes.Length;
        _replayed = _keptLength;
    }

    private bool TryGrow(int length)
    {
        if (length > Capacity)
        {
            lock (_gate)
            {
                var more = length - Capacity - _taken;
                if (_overflowed || !_room!.TryTake(more)) return false;
                _taken += more;
            }
        }

        Array.Resize(ref _kept, length);
        return true;
    }

    private void Drop()
    {
        lock (_gate)
        {
            if (_taken > 0) _room!.GiveBack(_taken);
            (_taken, _overflowed, _kept, _keptLength, _replayed) = (0, true, [], 0, 0);
        }
    }
}
