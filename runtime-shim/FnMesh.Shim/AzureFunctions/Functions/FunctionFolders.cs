using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>Functions that are written as folders with a function.json each, for workers that have no index of their own.</summary>
internal static class FunctionFolders
{
    private const string FileName = "function.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="app">The app.</param>
    /// <param name="refusals">Files that cannot be read.</param>
    public static IEnumerable<RpcFunctionMetadata> Read(AzureApp app, ICollection<FunctionRefusal> refusals)
    {
        var found = new List<RpcFunctionMetadata>();
        foreach (var folder in Directory.EnumerateDirectories(app.Directory).Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, FileName);
            if (!File.Exists(path)) continue;
            var name = Path.GetFileName(folder);
            try
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
                if (Read(json.RootElement, name, folder) is { } function) found.Add(function);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or BindingFault)
            {
                refusals.Add(new FunctionRefusal(name, FunctionRefusal.Wrong, $"'{path}' cannot be used: {fault.Message}"));
            }
        }

        return found;
    }

    /// <returns>Null when it is switched off there.</returns>
    private static RpcFunctionMetadata? Read(JsonElement json, string name, string folder)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("bindings", out var bindings) || bindings.ValueKind != JsonValueKind.Array) throw new BindingFault("it has no list 'bindings'");
        if (json.TryGetProperty("disabled", out var disabled) && disabled.ValueKind == JsonValueKind.True) return null;
        json.TryGetProperty("retry", out var retry);
        var options = RetryReader.ReadOptions(retry, out var fault);
        if (fault is not null) throw new BindingFault($"retry: {fault}");
        var metadata = new RpcFunctionMetadata { Name = name, FunctionId = $"{name}-{RandomId.Next()}", Directory = folder, EntryPoint = Text(json, "entryPoint"), ScriptFile = Text(json, "scriptFile"), RetryOptions = options };
        if (metadata.ScriptFile.Length > 0) metadata.ScriptFile = Path.GetFullPath(metadata.ScriptFile, folder);
        else if (File.Exists(Path.Combine(folder, "index.js"))) metadata.ScriptFile = Path.Combine(folder, "index.js");
        metadata.RawBindings.AddRange(bindings.EnumerateArray().Select(binding => binding.GetRawText()));
        return metadata;
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
