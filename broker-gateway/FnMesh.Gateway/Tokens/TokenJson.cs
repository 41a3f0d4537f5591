using System.Text.Json;
using System.Text.Unicode;

namespace FnMesh.Gateway.Tokens;

/// <summary>JSON of which there is one reading: UTF-8, an object, no name twice at any depth, not deep.</summary>
internal static class TokenJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Null for what is none.</summary>
    public static JsonDocument? Read(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span)) return null;
        try
        {
            var document = JsonDocument.Parse(bytes, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // What is no JSON says so by the answer.
        }

        return null;
    }

    /// <summary>A member that is a text; null where there is none, or something else.</summary>
    public static string? Text(JsonElement owner, string name)
    {
        if (!owner.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <summary>The texts of a member that is a text, or a list of texts and nothing else; null for anything else.</summary>
    public static string[]? Texts(JsonElement owner, string name)
    {
        if (Text(owner, name) is { } single) return [single];
        if (!owner.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) return null;
        var texts = new string[list.GetArrayLength()];
        var at = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !TryText(item, out texts[at])) return null;
            at++;
        }

        return texts;
    }

    internal static bool TryText(JsonElement value, out string text)
    {
        text = "";
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
