using System.Text.Json;

namespace FnMesh.Cli.Up;

/// <summary>The part of a mesh's local.settings.json that <c>up</c> reads.</summary>
internal static class LocalSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary><c>Host.LocalHttpPort</c>, null when it is not set; or why the file cannot be read.</summary>
    public static (int? Port, string? Fault) ReadGatewayPort(string directory)
    {
        var path = Path.Combine(directory, "local.settings.json");
        if (!File.Exists(path))
            return (null, null);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("Host", out var host)
                || host.ValueKind != JsonValueKind.Object
                || !host.TryGetProperty("LocalHttpPort", out var port))
                return (null, null);
            return port.ValueKind == JsonValueKind.Number && port.TryGetInt32(out var number) && number is >= 0 and <= 65535
                ? (number, null)
                : (null, $"{path}: Host.LocalHttpPort is not a port number from 0 to 65535");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return (null, $"{path}: {failure.Message}");
        }
    }
}
