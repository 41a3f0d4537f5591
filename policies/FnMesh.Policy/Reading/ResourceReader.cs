using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Schemas;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads what every document has (apiVersion, kind, metadata) and hands the spec to its kind's reader.</summary>
internal static class ResourceReader
{
    public const string OurGroup = "fnmesh.dev";
    public const string GatewayGroup = "gateway.networking.k8s.io";

    private const string Ours = OurGroup + "/v1alpha1";
    private const string Standard = GatewayGroup + "/v1";

    private static readonly ImmutableSortedDictionary<string, string> ApiVersions = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, string>
        {
            ["Mesh"] = Ours,
            ["FunctionApp"] = Ours,
            ["Subscription"] = Ours,
            ["TrafficPolicy"] = Ours,
            ["AuthorizationPolicy"] = Ours,
            ["Gateway"] = Standard,
            ["HTTPRoute"] = Standard,
            ["GRPCRoute"] = Standard,
        });

    private static readonly ImmutableSortedDictionary<string, string> Later = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, string>
        {
            ["JwtProvider"] = Ours,
        });

    /// <summary>Null when the document is of no kind that acts or has no name; the reasons are diagnostics.</summary>
    public static WrittenResource? Read(YamlDocument document, DiagnosticBag diagnostics, ImmutableArray<Resource>.Builder resources)
    {
        if (FieldReader.Open(document.Root, "document", diagnostics) is not { } fields) return null;
        var apiVersion = fields.Text("apiVersion", required: true);
        if (fields.Text("kind", required: true) is not { } kind || !CheckKind(kind, diagnostics)) return null;
        if (apiVersion is { } version && version.Value != ApiVersions[kind.Value])
            diagnostics.Error(DiagnosticCodes.ApiVersion, version.Origin,
                $"the apiVersion of {kind.Value} is {Quoted.Text(ApiVersions[kind.Value])}, not {Quoted.Text(version.Value)}");
        var name = ReadMetadata(fields);
        var spec = ReadSpec(fields, kind.Value);
        fields.Close();
        var known = name ?? new Written<string>("", fields.Origin);
        var resource = spec is null ? null : ReadKind(kind.Value, known, fields.Origin, spec);
        if (name is null) return null;
        resources.Add(new Resource(
            ApiVersions[kind.Value], kind.Value, "default", known.Value, fields.Origin, YamlJson.Write(document.Root), document.Text));
        return resource;
    }

    /// <summary>The kinds that act.</summary>
    public static IEnumerable<string> Kinds => ApiVersions.Keys;

    /// <summary>What a document of a kind may hold: its readers ask it of nothing.</summary>
    public static Shape Describe(string kind)
    {
        var shape = new Shape();
        var fields = FieldReader.Open(shape, "document", new DiagnosticBag())!;
        fields.Choice("apiVersion", [ApiVersions[kind]], [], required: true);
        fields.Choice("kind", [kind], [], required: true);
        ReadMetadata(fields);
        ReadKind(kind, new Written<string>("", fields.Origin), fields.Origin, fields.Map("spec", required: kind != "Mesh")!);
        return shape;
    }

    private static bool CheckKind(Written<string> kind, DiagnosticBag diagnostics)
    {
        if (ApiVersions.ContainsKey(kind.Value)) return true;
        if (Later.ContainsKey(kind.Value))
            diagnostics.Error(DiagnosticCodes.KindNotSupportedYet, kind.Origin, $"the kind {Quoted.Text(kind.Value)} is not supported yet");
        else
            diagnostics.Error(DiagnosticCodes.UnknownKind, kind.Origin,
                NearestName.Hint(kind.Value, ApiVersions.Keys.Concat(Later.Keys)) is { Length: > 0 } hint
                    ? $"unknown kind {Quoted.Text(kind.Value)}{hint}"
                    : $"unknown kind {Quoted.Text(kind.Value)}; known are {Quoted.List(ApiVersions.Keys)}");
        return false;
    }

    private static Written<string>? ReadMetadata(FieldReader document)
    {
        if (document.Map("metadata", required: true) is not { } metadata) return null;
        var name = metadata.Label("name", required: true);
        ReferenceReader.CheckNamespace(metadata);
        ReadNotes(metadata, "labels");
        ReadNotes(metadata, "annotations");
        metadata.Close();
        return name;
    }

    /// <summary>Labels and annotations are notes of the writer; nothing here acts on them.</summary>
    private static void ReadNotes(FieldReader metadata, string field)
    {
        if (metadata.Map(field) is not { } notes) return;
        foreach (var entry in notes.FreeEntries) ValueReader.AnyScalar(entry.Value, entry.Key, notes.Diagnostics);
    }

    /// <summary>A Mesh may leave its spec out, nothing else may.</summary>
    private static FieldReader? ReadSpec(FieldReader document, string kind) =>
        kind == "Mesh" && !document.Has("spec")
            ? FieldReader.Open(new YamlMap(document.Origin, []), "spec", document.Diagnostics)
            : document.Map("spec", required: true);

    private static WrittenResource ReadKind(string kind, Written<string> name, Origin origin, FieldReader spec) => kind switch
    {
        "Mesh" => MeshReader.Read(name.Value, origin, spec),
        "FunctionApp" => FunctionAppReader.Read(name, origin, spec),
        "Gateway" => GatewayReader.Read(name, origin, spec),
        "HTTPRoute" => HttpRouteReader.Read(name.Value, origin, spec),
        "GRPCRoute" => GrpcRouteReader.Read(name.Value, origin, spec),
        "Subscription" => SubscriptionReader.Read(name.Value, origin, spec),
        "TrafficPolicy" => TrafficPolicyReader.Read(name.Value, origin, spec),
        _ => AuthorizationPolicyReader.Read(name.Value, origin, spec),
    };
}
