using System.Text.Json;

using FnMesh.Gateway;

namespace FnMesh.Cli.Up;

/// <summary>The part of a mesh's local.settings.json that <c>up</c> reads: its <c>Host</c>, with Azure's names.</summary>
/// <param name="Port"><c>LocalHttpPort</c>: where the edge listens; null when it is not set.</param>
/// <param name="Cors"><c>CORS</c> and <c>CORSCredentials</c>: which pages may call the edge; null when functions decide.</param>
internal sealed record EdgeSettings(int? Port, EdgeCors? Cors)
{
    private const string Name = "local.settings.json";
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly EdgeSettings Empty = new(null, null);

    /// <summary>What the file says, or why it cannot be read; where there is none, it says nothing.</summary>
    public static (EdgeSettings Settings, string? Fault) Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path)) return (Empty, null);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            var (settings, fault) = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("Host", out var host) && host.ValueKind == JsonValueKind.Object
                ? Of(host)
                : (Empty, null);
            return (settings, fault is null ? null : $"{path}: Host.{fault}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return (Empty, $"{path}: {failure.Message}");
        }
    }

    private static (EdgeSettings Settings, string? Fault) Of(JsonElement host)
    {
        int? port = null;
        if (host.TryGetProperty("LocalHttpPort", out var written))
        {
            if (written.ValueKind != JsonValueKind.Number || !written.TryGetInt32(out var number) || number is < 0 or > 65535) return (Empty, "LocalHttpPort is not a port number from 0 to 65535");
            port = number;
        }

        var credentials = host.TryGetProperty("CORSCredentials", out var allowed);
        if (credentials && allowed.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return (Empty, "CORSCredentials is neither true nor false");
        if (!host.TryGetProperty("CORS", out var origins)) return (new EdgeSettings(port, null), null);
        if (origins.ValueKind != JsonValueKind.String) return (Empty, "CORS is no text; write \"*\", or origins with commas between them");
        var cors = EdgeCors.Read(origins.GetString()!, credentials && allowed.GetBoolean(), out var fault);
        return (new EdgeSettings(port, cors), fault);
    }
}
