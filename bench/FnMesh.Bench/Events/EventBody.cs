using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace FnMesh.Bench.Events;

/// <summary>The data of an event: JSON of 1 KB that begins with the event's number.</summary>
internal static class EventBody
{
    public const int Bytes = 1_024;
    private const int NumberAt = 11;
    private const int Digits = 12;

    private static readonly byte[] Template = Encoding.UTF8.GetBytes($$"""{"number":"{{new string('0', Digits)}}","text":"{{new string('x', Bytes - 35)}}"}""");

    public static byte[] Of(long number)
    {
        var body = (byte[])Template.Clone();
        number.TryFormat(body.AsSpan(NumberAt, Digits), out _, "D12", CultureInfo.InvariantCulture);
        return body;
    }

    public static long NumberOf(ReadOnlySpan<byte> body) =>
        Utf8Parser.TryParse(body.Slice(NumberAt, Digits), out long number, out _) ? number : throw new InvalidOperationException("the body of an event is not what was published");
}
