using System.Text.Json;

namespace FnMesh.Gateway.Events;

/// <summary>The data of an event as filters see it: JSON that is read once for all of them, or nothing. Where no type is declared it may be JSON.</summary>
/// <param name="Root">Undefined where there is a flaw.</param>
/// <param name="Flaw">Why there is nothing.</param>
internal sealed record DataDocument(JsonElement Root, DataFlaw Flaw)
{
    /// <summary>Bytes of data into which filters look.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly DataDocument NotJson = new(default, DataFlaw.NotJson);
    private static readonly DataDocument TooLarge = new(default, DataFlaw.TooLarge);
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = EventLimits.MaxDepth };

    public static DataDocument Read(EventRecord candidate)
    {
        if (candidate.Data.IsEmpty || !IsDeclared(candidate[AttributeName.ContentType])) return NotJson;
        if (candidate.Data.Length > MaxBytes) return TooLarge;
        try
        {
            return new(JsonDocument.Parse(candidate.Data, Strict).RootElement, DataFlaw.None);
        }
        catch (JsonException)
        {
            return NotJson;
        }
    }

    private static bool IsDeclared(string? contentType) =>
        contentType is null || (MediaType.TryParse(contentType, out var type) && type.IsJson && (type.IsUtf8 || type.IsAscii));
}
