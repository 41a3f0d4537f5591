using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FnMesh.Gateway.Tracing;

/// <summary>Bytes that grow at their end and are used again and again. Not for two threads at once.</summary>
internal sealed class SpanBytes(int capacity)
{
    /// <summary>What one unusual span made grow beyond this is let go of.</summary>
    private const int MaxKept = 256 * 1024;

    private const int MaxVarint = 10;

    private byte[] _bytes = new byte[capacity];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > MaxKept) _bytes = new byte[capacity];
    }

    /// <summary>Room for that many bytes, which the caller fills.</summary>
    public Span<byte> Add(int count)
    {
        Reserve(count);
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Add(bytes.Length));

    public void Add(long number) => BinaryPrimitives.WriteInt64LittleEndian(Add(8), number);

    /// <summary>Seven bits to a byte, the low ones first.</summary>
    public void AddVarint(ulong number)
    {
        Reserve(MaxVarint);
        for (; number > 0x7f; number >>= 7) _bytes[_length++] = (byte)(number | 0x80);
        _bytes[_length++] = (byte)number;
    }

    /// <summary>The count of bytes as a varint, then UTF-8; what is no character becomes U+FFFD.</summary>
    public void AddText(string text)
    {
        // Short texts of ASCII, which is nearly all: the count is known before, and takes one byte.
        if (text.Length <= 0x7f)
        {
            Reserve(1 + text.Length);
            if (Ascii.FromUtf16(text, _bytes.AsSpan(_length + 1), out var count) == OperationStatus.Done)
            {
                _bytes[_length] = (byte)count;
                _length += 1 + count;
                return;
            }
        }

        var size = Encoding.UTF8.GetByteCount(text);
        AddVarint((ulong)size);
        Encoding.UTF8.GetBytes(text, Add(size));
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }
}
