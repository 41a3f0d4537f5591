using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads a ReferenceGrant. What it may hold for other programs (a Gateway's secrets) is known, warned of and grants nothing here.</summary>
internal static class ReferenceGrantReader
{
    private static readonly string[] Referrers = ["GRPCRoute", "HTTPRoute", "Subscription", "TrafficPolicy"];
    private static readonly string[] Referents = ["FunctionApp", "Service"];

    public static ReferenceGrant Read(string name, Origin origin, FieldReader spec)
    {
        var from = ImmutableArray.CreateBuilder<Referrer>();
        foreach (var item in spec.Maps(spec.FilledList("from", required: true), "from"))
        {
            var kind = ReadKind(item, Referrers, kind => kind is "HTTPRoute" or "GRPCRoute" ? [ResourceReader.GatewayGroup] : [ResourceReader.OurGroup]);
            var ns = item.Label("namespace", required: true);
            item.Close();
            if (kind is not null && ns is { } space) from.Add(new Referrer(kind, space.Value));
        }

        var to = ImmutableArray.CreateBuilder<GrantedReference>();
        foreach (var item in spec.Maps(spec.FilledList("to", required: true), "to"))
        {
            var kind = ReadKind(item, Referents, kind => kind == "Service" ? ["", "core"] : [ResourceReader.OurGroup]);
            var only = item.Label("name");
            item.Close();
            if (kind is not null && (only is not null || !item.Has("name"))) to.Add(new GrantedReference("FunctionApp", only?.Value));
        }

        spec.Close();
        return new ReferenceGrant(name, origin, from.ToImmutable(), to.ToImmutable());
    }

    /// <summary>Null, with a warning, for a kind of a group that nothing here reads. The group may be left out.</summary>
    private static string? ReadKind(FieldReader item, string[] known, Func<string, string[]> groups)
    {
        item.Expect("group", ["", "core", ResourceReader.OurGroup, ResourceReader.GatewayGroup]);
        var isCore = item.Node("group") is Yaml.YamlScalar { Kind: Yaml.YamlScalarKind.Text, Text: "" };
        var group = isCore ? "" : item.Text("group")?.Value;
        if (item.Text("kind", required: true) is not { } kind) return null;
        if (known.Contains(kind.Value) && (group is null || groups(kind.Value).Contains(group))) return kind.Value;
        item.Diagnostics.Warning(DiagnosticCodes.GrantWithoutEffect, kind.Origin, known.Contains(kind.Value)
            ? $"the group of {kind.Value} is {Quoted.Text(groups(kind.Value)[0])}, not {Quoted.Text(group!)}, so this grants nothing"
            : $"nothing here refers by the kind {Quoted.Text(kind.Value)}, so this grants nothing{(NearestName.Hint(kind.Value, known) is { Length: > 0 } hint ? hint : $"; known are {Quoted.List(known)}")}");
        return null;
    }
}
