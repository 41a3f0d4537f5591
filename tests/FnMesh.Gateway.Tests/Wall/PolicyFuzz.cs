using System.Globalization;
using System.Text;
using FnMesh.Gateway.Routing;
using FnMesh.Policy;
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
        ["declaration"] = ReadDeclaration,
        ["duration"] = ReadDuration,
        ["endpoints"] = bytes => Demand(EndpointSnapshotJson.Read(bytes) is not { } read || EndpointSnapshotJson.Read(EndpointSnapshotJson.Write(read)) is not null),
        ["policy"] = ReadPolicy,
        ["route-pattern"] = ReadPattern,
        ["snapshot"] = bytes => Demand(PolicySnapshotJson.Read(Encoding.UTF8.GetString(bytes)) is not { } read || PolicySnapshotJson.Read(PolicySnapshotJson.Write(read))?.Hash == read.Hash),
        ["traffic-edit"] = EditTraffic,
    };

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
