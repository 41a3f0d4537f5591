using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// A span in few bytes: trace (16), span (8), parent (8, zeros for none), start (UTC ticks, 8), then as varints and texts the duration in
/// ticks, the name and the attributes. An attribute is a varint, <c>2 × code of its name + 1 for a number</c>, the
/// name when its code is 0, and the value. Made when a span ends, on the thread of the call; taken apart only for people.
/// </summary>
internal static class SpanForm
{
    private const int HeadLength = 40;

    /// <summary>The code of a name is its place, from 1. The order is part of the file's version.</summary>
    private static readonly string[] Names =
    [
        SpanNames.Kind, SpanNames.Verdict, SpanNames.Reason, SpanNames.Principal, SpanNames.Route, SpanNames.App, SpanNames.Revision,
        SpanNames.Subscription, SpanNames.Delivery, SpanNames.Attempt, SpanNames.MeshParent, SpanNames.Method, SpanNames.OriginalMethod,
        SpanNames.ResendCount, SpanNames.Status, SpanNames.HttpRoute, SpanNames.Path, SpanNames.ServerAddress, SpanNames.ServerPort,
        SpanNames.ErrorType, SpanNames.EventId, SpanNames.EventSource, SpanNames.EventType, SpanNames.EventSubject, SpanNames.MessagingSystem,
        SpanNames.MessagingOperation, SpanNames.MessagingOperationType, SpanNames.MessagingDestination, SpanNames.MessagingSubscription,
        SpanNames.MessagingBatch, SpanNames.FailoverFrom, SpanNames.FailoverReason, SpanNames.Fault, SpanNames.Replayed,
    ];

    private static readonly FrozenDictionary<string, int> Codes =
        Names.Select((name, place) => KeyValuePair.Create(name, place + 1)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a block tells traces apart by: the last eight bytes, which are random where others are not.</summary>
    public static ulong KeyOf(ActivityTraceId trace)
    {
        Span<byte> id = stackalloc byte[16];
        trace.CopyTo(id);
        return BinaryPrimitives.ReadUInt64LittleEndian(id[8..]);
    }

    /// <summary>Numbers (int) and texts are kept, attributes of other types are not.</summary>
    public static void Write(Activity span, SpanBytes to)
    {
        var head = to.Add(HeadLength);
        span.TraceId.CopyTo(head[..16]);
        span.SpanId.CopyTo(head[16..24]);
        head[24..32].Clear();
        if (span.ParentSpanId != default) span.ParentSpanId.CopyTo(head[24..32]);
        BinaryPrimitives.WriteInt64LittleEndian(head[32..], span.StartTimeUtc.Ticks);
        to.AddVarint((ulong)Math.Max(span.Duration.Ticks, 0));
        to.AddText(span.DisplayName);
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            if (tag.Value is string text)
            {
                AddName(to, tag.Key, 0);
                to.AddText(text);
            }
            else if (tag.Value is int number)
            {
                AddName(to, tag.Key, 1);
                to.AddVarint((uint)number);
            }
        }
    }

    /// <summary>Whether the span is one of a trace.</summary>
    public static bool IsOf(ReadOnlySpan<byte> span, ReadOnlySpan<byte> trace) => span.StartsWith(trace);

    /// <exception cref="InvalidDataException">The bytes are none of this form.</exception>
    public static SpanRecord Read(ReadOnlySpan<byte> span)
    {
        if (span.Length < HeadLength) throw Damaged();
        var parent = span[24..32];
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(span[32..]);
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks) throw Damaged();
        var start = new DateTimeOffset(ticks, TimeSpan.Zero);
        var rest = span[HeadLength..];
        var duration = new TimeSpan((long)ReadVarint(ref rest));
        var name = ReadText(ref rest);

        string? kind = null, verdict = null, meshParent = null;
        int? status = null;
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            while (!rest.IsEmpty)
            {
                var form = ReadVarint(ref rest);
                var code = form >> 1;
                if (code > (ulong)Names.Length) throw Damaged();
                var key = code == 0 ? ReadText(ref rest) : Names[code - 1];
                if ((form & 1) != 0)
                {
                    var number = (int)(uint)ReadVarint(ref rest);
                    writer.WriteNumber(key, number);
                    if (key == SpanNames.Status) status = number;
                    continue;
                }

                var text = ReadText(ref rest);
                writer.WriteString(key, text);
                if (key == SpanNames.Kind) kind = text;
                else if (key == SpanNames.Verdict) verdict = text;
                else if (key == SpanNames.MeshParent) meshParent = text;
            }

            writer.WriteEndObject();
        }

        return new SpanRecord(
            Convert.ToHexStringLower(span[16..24]),
            parent.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(parent) : null,
            meshParent,
            kind ?? "",
            name,
            start,
            duration,
            status,
            verdict,
            Encoding.UTF8.GetString(json.GetBuffer().AsSpan(0, (int)json.Length)));
    }

    /// <summary>Takes the first span of a block's off the rest.</summary>
    /// <exception cref="InvalidDataException">The bytes are none of a block.</exception>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> spans) => ReadBytes(ref spans);

    private static void AddName(SpanBytes to, string name, uint number)
    {
        var code = (uint)Codes.GetValueOrDefault(name);
        to.AddVarint((code << 1) | number);
        if (code == 0) to.AddText(name);
    }

    private static string ReadText(ref ReadOnlySpan<byte> rest) => Encoding.UTF8.GetString(ReadBytes(ref rest));

    private static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> rest)
    {
        var length = ReadVarint(ref rest);
        if (length > (ulong)rest.Length) throw Damaged();
        var bytes = rest[..(int)length];
        rest = rest[(int)length..];
        return bytes;
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> rest)
    {
        var number = 0UL;
        for (var at = 0; at < rest.Length && at < 10; at++)
        {
            number |= (ulong)(rest[at] & 0x7f) << (7 * at);
            if (rest[at] > 0x7f) continue;
            rest = rest[(at + 1)..];
            return number;
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("A span in spans.db is damaged; remove the file while the gateway stands still, it holds nothing but traces.");
}
