using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Workers;

namespace FnMesh.Shim.AzureFunctions.Apps;

/// <summary>A worker.config.json: how the workers of a language are started.</summary>
/// <param name="Directory">Its folder.</param>
/// <param name="Language">Such as <c>dotnet-isolated</c> or <c>node</c>.</param>
/// <param name="Command">The program and its arguments, without those that tell it where to connect.</param>
/// <param name="InitTimeout">How long the worker may take to load the app.</param>
internal sealed record WorkerConfig(string Directory, string Language, ImmutableArray<string> Command, TimeSpan InitTimeout)
{
    public const string Name = "worker.config.json";

    private static readonly TimeSpan DefaultInitTimeout = TimeSpan.FromSeconds(30);

    /// <param name="directory">Of the file.</param>
    /// <param name="settings">For <c>%NAME%</c>.</param>
    /// <exception cref="WorkerStartException">It is missing or wrong.</exception>
    public static WorkerConfig Read(string directory, AppSettings settings)
    {
        var path = Path.Combine(directory, Name);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(json.RootElement, directory, path, settings);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new WorkerStartException($"'{path}' cannot be read: {fault.Message}", isFinal: true);
        }
    }

    private static WorkerConfig Read(JsonElement root, string directory, string path, AppSettings settings)
    {
        string Filled(string text)
        {
            var expanded = settings.Expand(text.Replace("{WorkerRoot}", Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase), out var missing);
            return missing is null ? expanded : throw new WorkerStartException($"'{path}': '{text}' needs the setting {missing}, which has no value", isFinal: true);
        }

        if (!root.TryGetProperty("description", out var description) || Text(description, "language") is not { } language || Text(description, "defaultExecutablePath") is not { } program)
            throw new WorkerStartException($"'{path}' needs description.language and description.defaultExecutablePath", isFinal: true);
        string[] arguments = description.TryGetProperty("arguments", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => Filled(item.ToString()))] : [];
        string[] script = Text(description, "defaultWorkerPath") is { Length: > 0 } worker ? [Path.GetFullPath(Filled(worker), directory)] : [];
        var timeout = root.TryGetProperty("processOptions", out var options) && TimeSpan.TryParse(Text(options, "initializationTimeout"), CultureInfo.InvariantCulture, out var span) ? span : DefaultInitTimeout;
        return new WorkerConfig(directory, language, [Filled(program), .. arguments, .. script], timeout);
    }

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
