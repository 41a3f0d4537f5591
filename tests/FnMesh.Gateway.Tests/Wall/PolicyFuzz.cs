using System.Globalization;
using System.Text;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Routing;
using FnMesh.Policy;
using FnMesh.Policy.Cesql;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Editing;
using FnMesh.Policy.Reading;
using FnMesh.Policy.Snapshots;
using static FnMesh.Gateway.Tests.Wall.FuzzTargets;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Policy, as people write it, as functions declare it, and as it travels.</summary>
internal static class PolicyFuzz
{
    private static readonly PolicySource Shop = new("shop.yaml", """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: shop }
        spec: { revisions: [ { name: shop-v1, run: { url: "http://127.0.0.1:5000" } } ] }
        """);

    public static Dictionary<string, Action<byte[]>> All { get; } = new()
    {
        ["cesql"] = ReadExpression,
        ["data-path"] = ReadPath,
        ["declaration"] = ReadDeclaration,
        ["duration"] = ReadDuration,
        ["event-data"] = FilterData,
        ["endpoints"] = bytes => Demand(EndpointSnapshotJson.Read(bytes) is not { } read || EndpointSnapshotJson.Read(EndpointSnapshotJson.Write(read)) is not null),
        ["policy"] = ReadPolicy,
        ["route-pattern"] = ReadPattern,
        ["snapshot"] = bytes => Demand(PolicySnapshotJson.Read(Encoding.UTF8.GetString(bytes)) is not { } read || PolicySnapshotJson.Read(PolicySnapshotJson.Write(read))?.Hash == read.Hash),
        ["traffic-edit"] = EditTraffic,
    };

    private static readonly Dictionary<string, string> Attributes = new()
    {
        ["id"] = "7",
        ["source"] = "/orders",
        ["type"] = "shop.order.paid",
        ["subject"] = "order-12",
        ["hops"] = "3",
        ["test"] = "true",
        ["least"] = "-2147483648",
        ["empty"] = "",
    };

    private static readonly DataCondition[] Conditions =
    [
        new(new DataTest("$.a[*]") { In = [new DataValue { Text = "x\u00e9" }, new DataValue { Number = 1.50m }, new DataValue { Flag = true }] }),
        new(new DataTest("$[*][*].b") { Like = "%_a%", Prefix = "a" }),
        new(new DataTest("$.n") { Above = -5, Max = 1e20m }),
        new(new DataTest("$.a[1].b") { Exists = false }),
    ];

    /// <summary>Both evaluators agree, and what is refused as a filter never passes as one that is written alone.</summary>
    private static void ReadExpression(byte[] bytes)
    {
        var text = Text(bytes);
        var syntax = CesqlParser.Parse(text, out var fault);
        Demand(syntax is null == fault is not null);
        if (fault is not null) Demand(fault.Start >= 0 && fault.Start <= fault.End && !fault.In(text).Any(char.IsControl));
        var outcome = CesqlExpression.Compile(text).Evaluate(Attributes, static (source, name) => ((Dictionary<string, string>)source).TryGetValue(name, out var value) ? CesqlValue.Of(value) : default);
        if (syntax is null)
        {
            Demand(outcome.Errors == CesqlErrors.Parse);
            return;
        }

        _ = CesqlFilter.Doubt(text);
        if (CesqlFilter.Fault(text) is null) Demand(syntax.Type == CesqlType.Boolean);
        var (value, errors) = CesqlTwin.Evaluate(syntax, Attributes);
        Demand(outcome.Errors == CesqlErrors.Generic || (outcome.Errors == errors && outcome.Value.ToString() == CesqlTwin.ToText(value)));
    }

    private static void ReadPath(byte[] bytes)
    {
        if (DataPath.Fault(Encoding.UTF8.GetString(bytes)) is not null) return;
        var steps = DataPath.Parse(Encoding.UTF8.GetString(bytes)).Steps;
        var written = "$" + string.Concat(steps.Select(step => step.Item is { } item ? $"[{item}]" : step.Member is { } name ? $"['{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']" : "[*]"));
        Demand(written.Length > DataPath.MaxLength || DataPath.Parse(written).Steps.SequenceEqual(steps));
    }

    private static void FilterData(byte[] bytes)
    {
        var document = new EventRecord { Attributes = [], Data = bytes, Principal = "", TraceParent = "" }.Document;
        if (document.Flaw != DataFlaw.None) return;
        foreach (var condition in Conditions)
        {
            try
            {
                _ = condition.Holds(document.Root);
            }
            catch (InvalidOperationException) when (Encoding.Latin1.GetString(bytes).Contains("\\u", StringComparison.OrdinalIgnoreCase) || bytes.Any(b => b >= 0x80))
            {
                // A string that is no text, for which the matcher counts the data as no JSON.
            }
        }
    }

    private static void ReadPolicy(byte[] bytes)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", Encoding.UTF8.GetString(bytes))]);
        Demand(compiled.Snapshot is not null || compiled.Diagnostics.Any());
        if (compiled.Snapshot is { } snapshot) Demand(PolicySnapshotJson.Read(PolicySnapshotJson.Write(snapshot))?.Hash == snapshot.Hash);
    }

    /// <summary>What a member declares is compiled by control, and what no route takes is explained by the gateway.</summary>
    private static void ReadDeclaration(byte[] bytes)
    {
        var declaration = DeclarationJson.Read(bytes, out var fault);
        Demand(declaration is null == fault is not null);
        if (declaration is null) return;
        var policy = DeclaredPolicy.Compile([Shop], [declaration], attributeRoutes: true);
        if (policy.Compilation.Snapshot is not { } snapshot) return;
        var unrouted = UnroutedCalls.Of(snapshot);
        foreach (var function in declaration.Functions) unrouted.Explain("GET", $"/{function.Route}");
        Demand(PolicySnapshotJson.Read(PolicySnapshotJson.Write(snapshot))?.Hash == snapshot.Hash);
    }

    private static void ReadDuration(byte[] bytes)
    {
        if (Durations.Parse(Text(bytes)) is not { } read) return;
        Demand(read >= TimeSpan.Zero && System.Text.RegularExpressions.Regex.IsMatch(Text(bytes), Durations.Pattern));
        // More hours than five digits are a sum, which is written in no one field.
        Demand(read.TotalHours >= 100_000 || Durations.Parse(Durations.Format(read)) == read);
    }

    private static void ReadPattern(byte[] bytes)
    {
        var lines = Text(bytes).Split('\n', 2);
        if (RoutePattern.Fault(lines[0]) is not null) return;
        var fits = RoutePattern.Compile(lines[0]).IsMatch(lines[^1]);
        Demand(!fits || lines[^1].StartsWith(RoutePattern.Beginning(lines[0]), StringComparison.Ordinal));
    }

    private static void EditTraffic(byte[] bytes)
    {
        var source = new PolicySource("shop.yaml", Encoding.UTF8.GetString(bytes));
        var text = TrafficText.Rewrite(source, "shop", [new TrafficShare("shop-v1", 30), new TrafficShare("shop-v2", 70)], out var fault);
        Demand(text is null == fault is not null);
        if (text is null || PolicyCompiler.Compile([source]).Snapshot is null || PolicyCompiler.Compile([source with { Text = text }]).Snapshot is not { } snapshot) return;
        var shares = snapshot.Apps.First(app => app.Name == "shop").Traffic.Where(share => share.Percent > 0).Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Revision} {share.Percent}")).Order(StringComparer.Ordinal);
        Demand(shares.SequenceEqual(["shop-v1 30", "shop-v2 70"]));
    }
}
