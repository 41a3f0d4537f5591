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

    /// <summary>What ReferenceGrants were for years, and in most files still are.</summary>
    private const string Before = GatewayGroup + "/v1beta1";

    private static readonly ImmutableSortedDictionary<string, string> ApiVersions = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, string>
        {
            ["Mesh"] = Ours,
            ["FunctionApp"] = Ours,
            ["Subscription"] = Ours,
            ["TrafficPolicy"] = Ours,
            ["AuthorizationPolicy"] = Ours,
            ["JwtProvider"] = Ours,
            ["Gateway"] = Standard,
            ["HTTPRoute"] = Standard,
            ["GRPCRoute"] = Standard,
            ["ReferenceGrant"] = Standard,
        });

    /// <summary>Null when the document is of no kind that acts or has no name; the reasons are diagnostics.</summary>
    public static WrittenResource? Read(YamlDocument document, DiagnosticBag diagnostics, ImmutableArray<Resource>.Builder resources)
    {
        if (FieldReader.Open(document.Root, "document", diagnostics) is not { } fields) return null;
        var apiVersion = fields.Text("apiVersion", required: true);
        if (fields.Text("kind", required: true) is not { } kind || !CheckKind(kind, diagnostics)) return null;
        if (apiVersion is { } version && version.Value != ApiVersions[kind.Value] && !(kind.Value == "ReferenceGrant" && version.Value == Before))
            diagnostics.Error(DiagnosticCodes.ApiVersion, version.Origin,
                $"the apiVersion of {kind.Value} is {Quoted.Text(ApiVersions[kind.Value])}, not {Quoted.Text(version.Value)}");
        var (name, ns) = ReadMetadata(fields, kind.Value);
        var spec = ReadSpec(fields, kind.Value);
        fields.Close();
        var known = name ?? new Written<string>("", fields.Origin);
        var resource = spec is null ? null : ReadKind(kind.Value, known, ns, fields.Origin, spec)?.In(ns);
        if (name is null) return null;
        resources.Add(new Resource(
            apiVersion is { } written && written.Value == Before ? Before : ApiVersions[kind.Value], kind.Value, ns, known.Value, fields.Origin, YamlJson.Write(document.Root), document.Text));
        return resource;
    }

    /// <summary>The kinds that act.</summary>
    public static IEnumerable<string> Kinds => ApiVersions.Keys;

    /// <summary>What a document of a kind may hold: its readers ask it of nothing.</summary>
    public static Shape Describe(string kind)
    {
        var shape = new Shape();
        var fields = FieldReader.Open(shape, "document", new DiagnosticBag())!;
        fields.Choice("apiVersion", kind == "ReferenceGrant" ? [Standard, Before] : [ApiVersions[kind]], [], required: true);
        fields.Choice("kind", [kind], [], required: true);
        ReadMetadata(fields, kind);
        ReadKind(kind, new Written<string>("", fields.Origin), QualifiedName.Default, fields.Origin, fields.Map("spec", required: kind != "Mesh")!);
        return shape;
    }

    private static bool CheckKind(Written<string> kind, DiagnosticBag diagnostics)
    {
        if (ApiVersions.ContainsKey(kind.Value)) return true;
        diagnostics.Error(DiagnosticCodes.UnknownKind, kind.Origin,
            NearestName.Hint(kind.Value, ApiVersions.Keys) is { Length: > 0 } hint
                ? $"unknown kind {Quoted.Text(kind.Value)}{hint}"
                : $"unknown kind {Quoted.Text(kind.Value)}; known are {Quoted.List(ApiVersions.Keys)}");
        return false;
    }

    private static (Written<string>? Name, string Namespace) ReadMetadata(FieldReader document, string kind)
    {
        if (document.Map("metadata", required: true) is not { } metadata) return (null, QualifiedName.Default);
        var name = metadata.Label("name", required: true);
        var ns = ReadNamespace(metadata, kind);
        ReadNotes(metadata, "labels");
        ReadNotes(metadata, "annotations");
        metadata.Close();
        return (name, ns);
    }

    private static string ReadNamespace(FieldReader metadata, string kind)
    {
        if (kind == "Mesh") metadata.Expect("namespace", QualifiedName.Default);
        if (metadata.Label("namespace") is not { } ns) return QualifiedName.Default;
        if (kind != "Mesh") return ns.Value;
        if (ns.Value != QualifiedName.Default) metadata.Error(DiagnosticCodes.InvalidValue, ns.Origin, "a Mesh holds every namespace and stands in none; leave 'namespace' out");
        return QualifiedName.Default;
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

    private static WrittenResource ReadKind(string kind, Written<string> name, string ns, Origin origin, FieldReader spec) => kind switch
    {
        "Mesh" => MeshReader.Read(name.Value, origin, spec),
        "FunctionApp" => FunctionAppReader.Read(name, origin, spec),
        "Gateway" => GatewayReader.Read(name, ns, origin, spec),
        "HTTPRoute" => HttpRouteReader.Read(name.Value, origin, spec),
        "GRPCRoute" => GrpcRouteReader.Read(name.Value, origin, spec),
        "Subscription" => SubscriptionReader.Read(name.Value, origin, spec),
        "ReferenceGrant" => ReferenceGrantReader.Read(name.Value, origin, spec),
        "TrafficPolicy" => TrafficPolicyReader.Read(name.Value, origin, spec),
        "JwtProvider" => JwtProviderReader.Read(name.Value, ns, origin, spec),
        _ => AuthorizationPolicyReader.Read(name.Value, origin, spec),
    };
}
