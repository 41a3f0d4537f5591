using System.Text;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Deliveries;

/// <summary>What a dead letter tells beside the event's own attributes (Knative data plane).</summary>
internal static class ErrorAttributes
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The event's attributes, then <c>knativeerrordest</c>, <c>knativeerrorcode</c> and, when there is any, <c>knativeerrordata</c>: text, or base64 of what is none.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(DeadLetter letter)
    {
        List<KeyValuePair<string, string>> attributes = [.. letter.Event.Attributes.Where(static attribute => !attribute.Key.StartsWith("knativeerror", StringComparison.Ordinal))];
        attributes.Add(new("knativeerrordest", letter.Destination));
        attributes.Add(new("knativeerrorcode", letter.Code.ToString()));
        if (!letter.ErrorData.IsEmpty) attributes.Add(new("knativeerrordata", TextOf(letter.ErrorData.Span)));
        return attributes;
    }

    private static string TextOf(ReadOnlySpan<byte> data)
    {
        try
        {
            var text = Strict.GetString(data);
            return text.Any(char.IsControl) ? Convert.ToBase64String(data) : text;
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(data);
        }
    }
}
