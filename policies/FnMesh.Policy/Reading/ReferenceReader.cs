using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads parentRefs, backendRefs, targetRefs and sink.ref: the written form only, not what the names mean.</summary>
internal static class ReferenceReader
{
    private static readonly string[] OtherBackends = ["Broker", "Channel", "HTTPRoute", "KafkaSink", "Pod", "ServiceImport", "Deployment"];
    private static readonly string[] Parents = ["FunctionApp", "Gateway", "Service"];
    private static readonly string[] Targets = ["AuthorizationPolicy", "Broker", "FunctionApp", "GRPCRoute", "HTTPRoute", "Mesh", "Service", "Subscription"];

    /// <summary>The parents of a route: names of an app with its kind, of a Gateway, or <c>edge</c> and <c>mesh</c>.</summary>
    public static ImmutableArray<ParentReference> ReadParents(FieldReader spec)
    {
        var parents = ImmutableArray.CreateBuilder<ParentReference>();
        var seen = new HashSet<(string?, string, string?, int?)>();
        foreach (var parent in spec.Maps(spec.FilledList("parentRefs", required: true), "parentRefs"))
        {
            parent.Expect("kind", Parents);
            var reference = Read(parent, nameRequired: true);
            var section = parent.Label("sectionName");
            var port = parent.Whole("port", 1, 65535);
            parent.Close();
            if (reference is null) continue;
            var isApp = reference.Kind?.Value is "FunctionApp" or "Service";
            if (reference.Kind is { } kind && !Parents.Contains(kind.Value))
                parent.Error(DiagnosticCodes.UnknownValue, kind.Origin, $"unknown kind {Quoted.Text(kind.Value)}{NearestName.Hint(kind.Value, Parents)}");
            else if ((isApp || reference is { Kind: null, Name.Value: "mesh" }) && (parent.Has("sectionName") ? "sectionName" : parent.Has("port") ? "port" : null) is { } field)
                parent.Error(DiagnosticCodes.FieldNotSupportedYet, parent.Place(field), $"field '{field}' of 'parentRefs' selects listeners of a Gateway; {Quoted.Text(reference.Name.Value)} has none, remove it");
            else if (!seen.Add((isApp ? "FunctionApp" : null, reference.Name.Value, section?.Value, port?.Value)))
                parent.Error(DiagnosticCodes.DuplicateName, reference.Name.Origin, $"the parent {Quoted.Text(reference.Name.Value)} is named twice");
            else
                parents.Add(new ParentReference(reference, section, port));
        }

        return parents.ToImmutable();
    }

    public static ImmutableArray<BackendReference> ReadBackends(FieldReader owner, bool filled = false)
    {
        var list = filled ? owner.FilledList("backendRefs") : owner.List("backendRefs");
        var backends = ImmutableArray.CreateBuilder<BackendReference>();
        foreach (var item in owner.Maps(list, "backendRefs"))
        {
            var weight = item.Whole("weight", 0, 1_000_000);
            item.Whole("port", 1, 65535);
            if (ReadBackend(item) is { } reference) backends.Add(new BackendReference(reference, weight?.Value ?? 1));
            item.Close("filters");
        }

        if (list is { } written && backends.Count > 0 && backends.Count == written.Value.Length && backends.All(backend => backend.Weight == 0))
            owner.Error(DiagnosticCodes.WeightsAllZero, written.Origin, "every weight is 0, so nothing would receive traffic; give one a weight above 0");
        return backends.ToImmutable();
    }

    /// <summary>A name of an app or a revision, with the kind that it was given.</summary>
    public static Reference? ReadBackend(FieldReader item)
    {
        item.Expect("kind", "FunctionApp", "Service");
        var reference = Read(item, nameRequired: true);
        if (reference?.Kind is not { } kind || kind.Value is "Service" or "FunctionApp") return reference;
        var isTypo = NearestName.Among(kind.Value, ["Service", "FunctionApp"]) is not null && !OtherBackends.Contains(kind.Value);
        item.Error(
            isTypo ? DiagnosticCodes.UnknownValue : DiagnosticCodes.ValueNotSupportedYet, kind.Origin,
            isTypo
                ? $"unknown kind {Quoted.Text(kind.Value)}{NearestName.Hint(kind.Value, ["Service", "FunctionApp"])}"
                : $"a backend of kind {Quoted.Text(kind.Value)} is not supported yet; name a FunctionApp or one of its revisions");
        return null;
    }

    public static ImmutableArray<TargetReference> ReadTargets(FieldReader spec)
    {
        var targets = ImmutableArray.CreateBuilder<TargetReference>();
        foreach (var item in spec.Maps(spec.FilledList("targetRefs", required: true), "targetRefs"))
        {
            var isWhole = item.Expect("kind", Targets) || item.Text("kind")?.Value is "Mesh" or "Broker";
            var section = item.Label("sectionName");
            var reference = Read(item, nameRequired: !isWhole);
            item.Close();
            if (reference is null) continue;
            if (reference.Kind is not { } kind || Targets.Contains(kind.Value))
                targets.Add(new TargetReference(reference, section));
            else if (kind.Value is "Gateway" or "Namespace")
                item.Error(DiagnosticCodes.ValueNotSupportedYet, kind.Origin, $"a target of kind {Quoted.Text(kind.Value)} is not supported yet");
            else
                item.Error(DiagnosticCodes.UnknownValue, kind.Origin, $"unknown kind {Quoted.Text(kind.Value)}{NearestName.Hint(kind.Value, Targets)}");
        }

        return targets.ToImmutable();
    }

    /// <summary>Everything lives in the namespace <c>default</c> for now.</summary>
    public static void CheckNamespace(FieldReader item)
    {
        item.Expect("namespace", "default");
        if (item.Text("namespace") is { } name && name.Value != "default")
            item.Error(DiagnosticCodes.NamespaceNotSupportedYet, name.Origin, $"the namespace {Quoted.Text(name.Value)} is not supported yet; the only one is 'default'");
    }

    /// <summary>A backend of a route, and why its kind is none; null without a name.</summary>
    public static (Reference Reference, string? Fault)? ReadRouteBackend(FieldReader item)
    {
        item.Expect("kind", "FunctionApp", "Service");
        if (Read(item, nameRequired: true) is not { } reference) return null;
        return (reference, reference.Kind is not { } kind || kind.Value is "Service" or "FunctionApp"
            ? null
            : $"{Quoted.Text(reference.Name.Value)} is named as a {Quoted.Text(kind.Value)}, which is no backend as a FunctionApp or a Service is");
    }

    private static Reference? Read(FieldReader item, bool nameRequired)
    {
        CheckGroup(item);
        CheckNamespace(item);
        var kind = item.Text("kind");
        var name = item.Label("name", nameRequired);
        if (name is null && (nameRequired || item.Has("name"))) return null;
        return new Reference(kind, name ?? new Written<string>("", item.Origin), item.Origin);
    }

    private static void CheckGroup(FieldReader item)
    {
        string[] groups = ["", "core", ResourceReader.OurGroup, ResourceReader.GatewayGroup];
        item.Expect("group", groups);
        if (item.Node("group") is YamlScalar { Text: "" } || item.Text("group") is not { } group || groups.Contains(group.Value)) return;
        item.Error(DiagnosticCodes.UnknownValue, group.Origin, $"unknown group {Quoted.Text(group.Value)}{NearestName.Hint(group.Value, groups)}; it may be left out");
    }
}
