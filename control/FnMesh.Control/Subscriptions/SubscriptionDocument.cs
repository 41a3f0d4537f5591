using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Subscriptions;

/// <summary>The policy document of a subscription that the API has made: a file of its own, and known by its place and its annotation.</summary>
internal static class SubscriptionDocument
{
    private const string Folder = "subscriptions";
    private const string Annotation = "fnmesh.dev/made-by";
    private const string Maker = "subscriptions-api";

    // What YAML reads like JSON: no pair of surrogates is escaped.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="policies">The folder of the policy, as its files are named.</param>
    /// <param name="id">The subscription's name, in the namespace <c>default</c>.</param>
    public static string FileOf(string policies, string id) => Path.Combine(policies, Folder, $"{id}.yaml");

    /// <summary>Why the API does not change a subscription, with the mend; null when it has made it.</summary>
    public static string? Fault(string policies, SubscriptionEntry entry, IEnumerable<Resource> resources)
    {
        if (entry.Origin.IsInCode) return $"it stands {entry.Origin}; write it into a policy file, where it takes the place of what the code says, and change it there";
        var resource = resources.FirstOrDefault(one => one.Kind == "Subscription" && one.QualifiedName == entry.Name);
        return resource?.Origin.File == FileOf(policies, entry.Name) && JsonNode.Parse(resource.Json)!["metadata"]?["annotations"]?[Annotation] is JsonValue maker && maker.ToString() == Maker
            ? null
            : $"it stands at {entry.Origin}, and the Subscriptions API did not make it; change it there";
    }

    /// <summary>The text of the document.</summary>
    /// <param name="id">A DNS label.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="isApp">Whether a name is that of an app of the mesh.</param>
    /// <param name="isPaused">Whether its events wait.</param>
    public static string Write(string id, SubscriptionWish wish, Func<string, bool> isApp, bool isPaused)
    {
        var text = new StringBuilder();
        text.Append("# Made by the Subscriptions API, which writes this file anew; change the subscription there.\n");
        text.Append("apiVersion: fnmesh.dev/v1alpha1\nkind: Subscription\n");
        text.Append($"metadata: {{ name: {id}, annotations: {{ {Annotation}: {Maker} }} }}\nspec:\n");
        Field("source", wish.Source);
        Field("types", wish.Types);
        if (wish.Filters is JsonArray filters)
        {
            text.Append("  filters:\n");
            foreach (var filter in filters) text.Append($"    - {TextOf(filter)}\n");
        }

        if (wish.Start is { } start) text.Append($"  config: {{ start: {start} }}\n");
        if (isPaused) text.Append("  paused: true\n");
        text.Append($"  sink: {SinkOf(wish.Sink, isApp)}\n");
        return text.ToString();

        void Field(string name, JsonNode? value)
        {
            if (value is not null) text.Append($"  {name}: {TextOf(value)}\n");
        }
    }

    private static string SinkOf(string sink, Func<string, bool> isApp)
    {
        if (!Uri.TryCreate(sink, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || !uri.IsDefaultPort || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0) return $"{{ uri: {TextOf(sink)} }}";
        var app = QualifiedName.Read(uri.Host);
        if (!isApp(app)) return $"{{ uri: {TextOf(sink)} }}";
        // As it is written: what is matched is what is posted to.
        var path = sink.AsSpan("http://".Length).IndexOfAny('/', '?') is >= 0 and var at ? sink["http://".Length..][at..] : "/";
        var ns = QualifiedName.NamespaceOf(app);
        return $"{{ ref: {{ name: {QualifiedName.NameOf(app)}{(ns == QualifiedName.Default ? "" : $", namespace: {ns}")} }}, uri: {TextOf(path.StartsWith('/') ? path : "/" + path)} }}";
    }

    private static string TextOf(JsonNode? node) => node?.ToJsonString(Readable) ?? "null";
}
