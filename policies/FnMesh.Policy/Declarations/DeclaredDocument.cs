using System.Text;
using System.Text.Json;

namespace FnMesh.Policy.Declarations;

/// <summary>The document that a function's declaration stands for.</summary>
/// <param name="Kind">Subscription or HTTPRoute.</param>
/// <param name="Name">The app's name, a dash, the function's, in the app's namespace; qualified.</param>
/// <param name="Source">Its text; the path names app, revision and function.</param>
public sealed record DeclaredDocument(string Kind, string Name, PolicySource Source)
{
    private const string Subscription = "Subscription";
    internal const string Route = "HTTPRoute";

    internal static IEnumerable<DeclaredDocument> Of(Declaration declaration, bool attributeRoutes)
    {
        foreach (var function in declaration.Functions)
        {
            if (function.Trigger == DeclaredTrigger.Event) yield return Make(declaration, function, Subscription, "fnmesh.dev/v1alpha1", json => WriteSubscription(json, declaration.App, function));
            else if (IsRoute(function, attributeRoutes)) yield return Make(declaration, function, Route, "gateway.networking.k8s.io/v1", json => WriteRoute(json, declaration.App, function));
        }
    }

    /// <summary>Whether a function becomes a route on the edge without being written in the policy.</summary>
    internal static bool IsRoute(DeclaredFunction function, bool attributeRoutes) => function.Trigger == DeclaredTrigger.Http && attributeRoutes && (function.Level == "anonymous" || function.ChecksKeys == true);

    /// <summary>The name of the document that a function of an app stands for.</summary>
    public static string NameOf(string app, string function) =>
        QualifiedName.Of(QualifiedName.NamespaceOf(app), $"{QualifiedName.NameOf(app)}-{function}".ToLowerInvariant().Replace('_', '-'));

    /// <summary>JSON is YAML, and needs no quoting rules of our own.</summary>
    private static DeclaredDocument Make(Declaration declaration, DeclaredFunction function, string kind, string version, Action<Utf8JsonWriter> spec)
    {
        var name = NameOf(declaration.App, function.Name);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", version);
            json.WriteString("kind", kind);
            json.WriteStartObject("metadata");
            json.WriteString("name", QualifiedName.NameOf(name));
            if (QualifiedName.NamespaceOf(name) is not QualifiedName.Default and var ns) json.WriteString("namespace", ns);
            json.WriteEndObject();
            json.WriteStartObject("spec");
            spec(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new DeclaredDocument(kind, name, new PolicySource(declaration.PlaceOf(function), Encoding.UTF8.GetString(bytes.ToArray())));
    }

    private static void WriteSubscription(Utf8JsonWriter json, string app, DeclaredFunction function)
    {
        if (!function.EventTypes.IsEmpty) WriteList(json, "types", function.EventTypes);
        if (function.Source is { } source) json.WriteString("source", source);
        if (function.Filter is { } filter)
        {
            json.WriteStartArray("filters");
            json.WriteStartObject();
            json.WriteString("sql", filter);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteStartObject("sink");
        json.WriteStartObject("ref");
        json.WriteString("name", QualifiedName.NameOf(app));
        json.WriteEndObject();
        json.WriteString("uri", function.Target ?? "/");
        json.WriteEndObject();
        if (function.Retry is null && function.Batch is null) return;
        json.WriteStartObject("delivery");
        if (function.Batch is { } most)
        {
            json.WriteStartObject("batch");
            json.WriteNumber("size", most);
            json.WriteEndObject();
        }

        if (function.Retry is { } retry) WriteRetry(json, retry);
        json.WriteEndObject();
    }

    private static void WriteRetry(Utf8JsonWriter json, DeclaredRetry retry)
    {
        json.WriteNumber("retry", retry.Count);
        json.WriteString("backoffPolicy", retry.Longest is null ? "linear" : "exponential");
        json.WriteString("backoffDelay", $"{retry.Delay}ms");
        // A linear policy adds the delay each time; bounded by itself it stays the same.
        json.WriteString("backoffMax", $"{retry.Longest ?? retry.Delay}ms");
    }

    private static void WriteRoute(Utf8JsonWriter json, string app, DeclaredFunction function)
    {
        var (type, path) = PathOf(function.Route ?? "");
        json.WriteStartArray("parentRefs");
        json.WriteStartObject();
        json.WriteString("name", "edge");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("rules");
        json.WriteStartObject();
        json.WriteStartArray("matches");
        foreach (var method in function.Methods.Select(method => (string?)method).DefaultIfEmpty(null))
        {
            json.WriteStartObject();
            json.WriteStartObject("path");
            json.WriteString("type", type);
            json.WriteString("value", path);
            json.WriteEndObject();
            if (method is not null) json.WriteString("method", method);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("backendRefs");
        json.WriteStartObject();
        json.WriteString("name", QualifiedName.NameOf(app));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>A template with parameters leads everything below its literal beginning to the app, which knows the rest.</summary>
    private static (string Type, string Path) PathOf(string template)
    {
        var literal = template.Split('/').TakeWhile(segment => !segment.Contains('{', StringComparison.Ordinal)).ToArray();
        var path = "/" + string.Join('/', literal);
        return (path.Length - 1 == template.Length ? "Exact" : "PathPrefix", path);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
