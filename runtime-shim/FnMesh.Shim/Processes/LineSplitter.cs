using System.Buffers;
using System.Text;

namespace FnMesh.Shim.Processes;

/// <summary>Cuts a stream of UTF-8 bytes into lines; a line longer than <see cref="MaxBytes"/> is cut and marked, and its rest is left out.</summary>
internal sealed class LineSplitter(Action<string> line)
{
    public const int MaxBytes = 16 * 1024;
    public const string CutMark = " … (cut at 16 KiB)";

    private readonly ArrayBufferWriter<byte> _held = new(256);
    private bool _isCut;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            Hold(bytes[..end]);
            Emit();
            bytes = bytes[(end + 1)..];
        }

        Hold(bytes);
    }

    /// <summary>Hands on a last line that has no line end.</summary>
    public void End()
    {
        if (_held.WrittenCount > 0)
        {
            Emit();
        }
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        var room = MaxBytes - _held.WrittenCount;
        _isCut |= bytes.Length > room;
        _held.Write(bytes[..Math.Min(bytes.Length, room)]);
    }

    private void Emit()
    {
        var bytes = _held.WrittenSpan;
        if (bytes is [.. var start, (byte)'\r'])
        {
            bytes = start;
        }

        var text = Encoding.UTF8.GetString(bytes);
        var emitted = _isCut ? text + CutMark : text;
        _held.ResetWrittenCount();
        _isCut = false;
        line(emitted);
    }
}
