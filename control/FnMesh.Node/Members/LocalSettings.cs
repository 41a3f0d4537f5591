using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace FnMesh.Node.Members;

/// <summary>The <c>local.settings.json</c> beside an app, in Azure Functions' format: its Values and ConnectionStrings are environment.</summary>
public static class LocalSettings
{
    private const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads the file of a folder; a folder without one has no settings.</summary>
    /// <param name="directory">The app's folder.</param>
    /// <param name="settings">Variables and their values.</param>
    /// <param name="failure">Which part of the file cannot be used, and why.</param>
    public static bool TryRead(string directory, [NotNullWhen(true)] out Dictionary<string, string>? settings, [NotNullWhen(false)] out string? failure)
    {
        settings = [];
        failure = null;
        var path = Path.Combine(directory, FileName);
        try
        {
            if (File.Exists(path))
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
                failure = Add(document.RootElement, settings);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            failure = error.Message;
        }

        if (failure is null)
        {
            return true;
        }

        failure = $"'{path}' cannot be used: {failure}";
        return false;
    }

    private static string? Add(JsonElement root, Dictionary<string, string> settings)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return "it is not a JSON object";
        }

        if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
        {
            return "its values are encrypted; run 'func settings decrypt' in its folder";
        }

        return AddSection(root, "Values", "", settings) ?? AddSection(root, "ConnectionStrings", "ConnectionStrings__", settings);
    }

    private static string? AddSection(JsonElement root, string section, string prefix, Dictionary<string, string> settings)
    {
        if (!root.TryGetProperty(section, out var values) || values.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (values.ValueKind != JsonValueKind.Object)
        {
            return $"{section} is not a JSON object";
        }

        foreach (var property in values.EnumerateObject())
        {
            var name = prefix + property.Name.Replace(":", "__", StringComparison.Ordinal);
            if (!VariableName.IsValid(name))
            {
                return $"{section}: '{property.Name}' is no name of an environment variable; use letters, digits and _";
            }

            var value = property.Value;
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("ConnectionString", out var inner))
            {
                value = inner;
            }

            switch (value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.String:
                    settings[name] = value.GetString()!;
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    settings[name] = value.GetRawText();
                    break;
                default:
                    return $"{section}: '{property.Name}' is neither text, a number nor a truth value";
            }
        }

        return null;
    }
}
