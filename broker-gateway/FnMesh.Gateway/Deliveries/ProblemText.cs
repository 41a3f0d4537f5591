using System.Text.Json;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Deliveries;

/// <summary>What a subscriber says is wrong, out of the beginning of its problem details (RFC 9457).</summary>
internal static class ProblemText
{
    private const int MaxLength = 200;

    /// <summary>Its <c>detail</c>, else its <c>title</c>, as one piece of one line of at most 200 characters; null when it says neither. What comes before the end of a body that was cut off is read.</summary>
    public static string? Of(ReadOnlySpan<byte> body)
    {
        string? title = null;
        var json = new Utf8JsonReader(body, isFinalBlock: false, default);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (isDetail, isTitle) = (json.ValueTextEquals("detail"), json.ValueTextEquals("title"));
                if (!json.Read()) break;
                if (isDetail && json.TokenType == JsonTokenType.String) return Bounded(json.GetString()!) ?? title;
                if (isTitle && json.TokenType == JsonTokenType.String) title = Bounded(json.GetString()!);
                if (!json.TrySkip()) break;
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // What was read so far stands; the rest is no JSON, or no text.
        }

        return title;
    }

    private static string? Bounded(string text)
    {
        var clean = LogText.Clean(text.Trim());
        // More follows it.
        if (clean.EndsWith('.')) clean = clean[..^1];
        if (clean.Length <= MaxLength) return clean.Length == 0 ? null : clean;
        return clean[..(char.IsHighSurrogate(clean[MaxLength - 1]) ? MaxLength - 1 : MaxLength)] + "…";
    }
}
