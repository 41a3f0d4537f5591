using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>
/// A request body that keeps what passes through it, up to a bound, so that it can be sent again. It adds no wait, and takes the client's away:
/// what has come goes on before more is waited for.
/// </summary>
/// <param name="source">The body as it comes.</param>
/// <param name="isResumable">Whether the source can be read on after a read was cancelled, so that a body may be sent again that has not ended yet.</param>
public sealed class ReplayStream(System.IO.Stream source, bool isResumable) : ReadStream
{
    /// <summary>In bytes, unless <see cref="KeepUpTo"/> says otherwise; a body that is longer cannot be sent again.</summary>
    public const int Capacity = 64 * 1024;

    /// <summary>
    /// In bytes, of a body that is short. What a hundred streams, the most that a connection has, hold of such bodies that nobody reads fits in the window that they share
    /// (RFC 9113, 6.9; a mebibyte at Kestrel), so that it holds up nothing else.
    /// </summary>
    public const int ShortLength = 8 * 1024;

    private readonly Lock _gate = new();
    private byte[] _kept = [];
    private int _most = Capacity;
    private CopyBudget? _room;
    private int _taken;
    private int _keptLength;
    private int _replayed;
    private long _length;
    private bool _started;
    private bool _ended;
    private bool _overflowed;
    private bool _passed;
    private volatile bool _starved;

    /// <summary>The body of a request. One that is short and has come with its head is taken at once; nothing is waited for.</summary>
    /// <param name="request">Whose body it is.</param>
    /// <param name="isResumable">Whether reading can go on after it was cancelled.</param>
    /// <param name="source">What the rest is read from; null for the request's own stream.</param>
    public static ReplayStream Of(HttpRequest request, bool isResumable, System.IO.Stream? source = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = new ReplayStream(source ?? request.Body, isResumable);
        if (request.ContentLength is > 0 and <= ShortLength and var length) body.Take(request.BodyReader, (int)length);
        return body;
    }

    /// <summary>In bytes; a body that turns out to be longer breaks off with the status 413.</summary>
    public long Most { get; set; } = long.MaxValue;

    /// <summary>Whether the whole body was there from the start, and is short.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Nothing was read yet, or all that was is kept, and the rest, if any, can still be read.</summary>
    public bool CanReplay => !_started || (!_overflowed && (_ended || isResumable) && _keptLength <= _most);

    /// <summary>Whether more is waited for than has come, or was when the wait was given up.</summary>
    public bool IsStarved => _starved;

    /// <summary>The whole body, once it has passed and if it was kept and has no more than <see cref="Capacity"/>; null otherwise.</summary>
    public byte[]? Whole() => Volatile.Read(ref _ended) && !_overflowed && _keptLength <= Capacity ? _kept.AsSpan(0, _keptLength).ToArray() : null;

    /// <summary>Says how much is kept. Has no effect once the first byte was read, but on a short body, which was.</summary>
    /// <param name="most">In bytes.</param>
    /// <param name="room">What is beyond <see cref="Capacity"/> is taken from here, until this is disposed of; where there is no room the body cannot be sent again.</param>
    public void KeepUpTo(int most, CopyBudget room)
    {
        if (!_started || IsShort) (_most, _room) = (most, room);
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

    private void Take(PipeReader reader, int length)
    {
        ReadResult read;
        try
        {
            if (!reader.TryRead(out read)) return;
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            // Who reads it says so.
            return;
        }

        if (read.Buffer.Length == length)
        {
            (_kept, _keptLength) = (new byte[length], length);
            read.Buffer.CopyTo(_kept);
            (_started, _ended, IsShort) = (true, true, true);
        }

        reader.AdvanceTo(IsShort ? read.Buffer.End : read.Buffer.Start);
    }

    private int Took(int read, Memory<byte> buffer)
    {
        (_passed, _starved) = (read > 0, false);
        _length += read;
        if (_length > Most) throw new BadHttpRequestException($"the body is longer than {Most} bytes", StatusCodes.Status413PayloadTooLarge);
        if (read == 0 && buffer.Length > 0) _ended = true;
        else Keep(buffer.Span[..read]);
        return read;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_overflowed) return;
        var length = _keptLength + bytes.Length;
        // Nothing is taken of the room for all before it is needed.
        var most = length <= Capacity ? Math.Min(_most, Capacity) : _most;
        if (length > most || (length > _kept.Length && !TryGrow(Math.Min(most, Math.Max(length, _kept.Length * 2)))))
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
