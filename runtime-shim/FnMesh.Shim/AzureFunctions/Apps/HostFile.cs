using System.Globalization;
using System.Text.Json;
using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Workers;

namespace FnMesh.Shim.AzureFunctions.Apps;

/// <summary>What an app's host.json says, as far as it concerns a mesh. A setting <c>AzureFunctionsJobHost__a__b</c> wins over the value at <c>a.b</c>.</summary>
internal sealed record HostFile
{
    public const string Name = "host.json";

    private const string Overrides = "AzureFunctionsJobHost__";

    /// <summary>Without a time limit of the app's own a function may run as long as on a plan that is paid for by the hour.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Before every route; empty for none. No slash at either end.</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>How long one run may take; infinite for ever.</summary>
    public TimeSpan FunctionTimeout { get; init; } = DefaultTimeout;

    /// <summary>Calls that run or wait at once; null for the shim's own bound.</summary>
    public int? MaxOutstanding { get; init; }

    /// <summary>Calls that run at once; null for no other bound.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>The only functions that are wanted; null for all.</summary>
    public IReadOnlySet<string>? Functions { get; init; }

    /// <summary>For functions that say nothing of it themselves; null for the mesh's defaults.</summary>
    public DeclaredRetry? Retry { get; init; }

    public LogLevels Levels { get; init; } = LogLevels.Default;

    /// <param name="directory">The app's folder.</param>
    /// <param name="settings">What may take the place of its values.</param>
    /// <exception cref="WorkerStartException">It is missing or wrong; nothing else than mending it helps.</exception>
    public static HostFile Read(string directory, AppSettings settings)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path)) throw new WorkerStartException($"'{directory}' is no built Azure Functions app: it has no {Name}; name the folder that the build writes, such as bin/Release/net8.0", isFinal: true);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            return Read(json.RootElement, path, settings);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new WorkerStartException($"'{path}' cannot be read: {fault.Message}", isFinal: true);
        }
    }

    private static HostFile Read(JsonElement root, string path, AppSettings settings)
    {
        WorkerStartException Fault(string what) => new($"'{path}': {what}", isFinal: true);
        string? Value(params ReadOnlySpan<string> way)
        {
            if (settings.Find(Overrides + string.Join("__", way)) is { } over) return over;
            var found = Find(root, way);
            return found.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : found.ToString();
        }

        int? Count(string name) => Value("extensions", "http", name) switch
        {
            null => null,
            { } text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number > 0 ? number : null,
            { } text => throw Fault($"extensions.http.{name} is '{text}', which is no number"),
        };

        if (root.ValueKind != JsonValueKind.Object) throw Fault("it is no JSON object");
        if (Value("version") is var version && version != "2.0") throw Fault($"version is {(version is null ? "missing" : $"'{version}'")}, and only \"2.0\" is known");
        var functions = Find(root, "functions");
        return new HostFile
        {
            RoutePrefix = (Value("extensions", "http", "routePrefix") ?? "api").Trim('/'),
            FunctionTimeout = Value("functionTimeout") is { } timeout ? ReadTimeout(timeout) ?? throw Fault($"functionTimeout is '{timeout}', and is neither hh:mm:ss nor -1") : DefaultTimeout,
            MaxOutstanding = Count("maxOutstandingRequests"),
            MaxConcurrent = Count("maxConcurrentRequests"),
            Functions = functions.ValueKind == JsonValueKind.Array ? functions.EnumerateArray().Select(name => name.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase) : null,
            Retry = RetryReader.Read(Find(root, "retry"), out var fault) is var retry && fault is null ? retry : throw Fault($"retry: {fault}"),
            Levels = LogLevels.Read(Find(root, "logging", "logLevel")),
        };
    }

    private static TimeSpan? ReadTimeout(string text) =>
        text == "-1" ? Timeout.InfiniteTimeSpan : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) && timeout > TimeSpan.Zero ? timeout : null;

    private static JsonElement Find(JsonElement from, params ReadOnlySpan<string> way)
    {
        foreach (var name in way)
        {
            if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out from)) return default;
        }

        return from;
    }
}
