using System.Buffers.Binary;
using System.Text;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// How the log keeps an event's attributes and origin: a form byte; of a replayed event (form 2) its subscription and 64 bits of its origin's offset, and (form 3) 32 bits of that offset's lane; then principal, traceparent, tracestate, the number of attributes and their
/// names and values, each text a 32-bit little-endian length and UTF-8.
/// </summary>
internal static class EventBytes
{
    private const byte Form = 1;
    private const byte ReplayedForm = 2;
    private const byte LaneForm = 3;
    private const int Absent = -1;

    public static byte[] Encode(EventRecord record)
    {
        var attributes = record.Attributes;
        var size = 1 + 4 + SizeOf(record.Principal) + SizeOf(record.TraceParent) + SizeOf(record.TraceState);
        for (var i = 0; i < attributes.Count; i++) size += SizeOf(attributes[i].Key) + SizeOf(attributes[i].Value);
        if (record.Replay is { } again) size += SizeOf(again.Subscription) + 8 + (again.Lane is null ? 0 : 4);
        var bytes = new byte[size];
        bytes[0] = record.Replay switch { null => Form, { Lane: null } => ReplayedForm, _ => LaneForm };
        var rest = bytes.AsSpan(1);
        if (record.Replay is { } mark)
        {
            Write(ref rest, mark.Subscription);
            BinaryPrimitives.WriteInt64LittleEndian(rest, mark.Origin);
            rest = rest[8..];
            if (mark.Lane is { } lane) Write(ref rest, lane);
        }

        Write(ref rest, record.Principal);
        Write(ref rest, record.TraceParent);
        Write(ref rest, record.TraceState);
        Write(ref rest, attributes.Count);
        for (var i = 0; i < attributes.Count; i++)
        {
            Write(ref rest, attributes[i].Key);
            Write(ref rest, attributes[i].Value);
        }

        return bytes;
    }

    /// <exception cref="BrokerException">The bytes are none of this form.</exception>
    public static EventRecord Decode(ReadOnlySpan<byte> bytes, byte[] data)
    {
        if (bytes.IsEmpty || bytes[0] is < Form or > LaneForm) throw Damaged();
        var rest = bytes[1..];
        var replay = bytes[0] == Form ? null : ReadMark(ref rest, hasLane: bytes[0] == LaneForm);
        var principal = ReadText(ref rest) ?? throw Damaged();
        var traceParent = ReadText(ref rest) ?? throw Damaged();
        var traceState = ReadText(ref rest);
        var count = ReadNumber(ref rest);
        if (count < 0 || count > rest.Length / 8) throw Damaged();
        var attributes = new KeyValuePair<string, string>[count];
        for (var i = 0; i < count; i++)
        {
            attributes[i] = new(ReadText(ref rest) ?? throw Damaged(), ReadText(ref rest) ?? throw Damaged());
        }

        return new EventRecord { Attributes = attributes, Data = data, Principal = principal, TraceParent = traceParent, TraceState = traceState, Replay = replay };
    }

    private static int SizeOf(string? text) => 4 + (text is null ? 0 : Encoding.UTF8.GetByteCount(text));

    private static void Write(ref Span<byte> rest, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, number);
        rest = rest[4..];
    }

    private static void Write(ref Span<byte> rest, string? text)
    {
        var length = text is null ? Absent : Encoding.UTF8.GetBytes(text, rest[4..]);
        Write(ref rest, length);
        rest = rest[Math.Max(length, 0)..];
    }

    private static ReplayMark ReadMark(ref ReadOnlySpan<byte> rest, bool hasLane)
    {
        var subscription = ReadText(ref rest) ?? throw Damaged();
        if (rest.Length < 8) throw Damaged();
        var origin = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[8..];
        return new ReplayMark(subscription, origin, hasLane ? ReadNumber(ref rest) : null);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4) throw Damaged();
        var number = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[4..];
        return number;
    }

    private static string? ReadText(ref ReadOnlySpan<byte> rest)
    {
        var length = ReadNumber(ref rest);
        if (length == Absent) return null;
        if (length < 0 || length > rest.Length) throw Damaged();
        var text = AttributeNames.Of(rest[..length]) ?? Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }

    private static BrokerException Damaged() => new("An event in broker.db is damaged; restore the file from a backup, or begin a new data directory.");
}
