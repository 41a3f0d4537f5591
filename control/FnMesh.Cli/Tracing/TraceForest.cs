using System.Text.Json;

namespace FnMesh.Cli.Tracing;

/// <summary>Spans hung on one another: by the parent that is known, else by the mesh parent, else at the top. None is lost, and there is no ring.</summary>
internal static class TraceForest
{
    /// <returns>What stands at the top, in order of start.</returns>
    public static List<TraceNode> Grow(JsonElement trace)
    {
        var nodes = Read(trace);
        Dictionary<string, TraceNode> byId = new(nodes.Count, StringComparer.Ordinal);
        foreach (var node in nodes) byId.TryAdd(node.SpanId, node);
        foreach (var node in nodes) node.Parent = Known(byId, node.ParentId, node) ?? Known(byId, node.MeshParentId, node);
        foreach (var node in CutRings(nodes)) node.Parent = null;

        List<TraceNode> top = [];
        foreach (var node in nodes)
        {
            var (envelope, isAttempt) = (node.Parent, node.Kind == "attempt");

            // What an attempt caused stands below the envelope that was tried.
            while (envelope is { Kind: "attempt", Parent: { } tried }) envelope = tried;
            if (envelope is null) top.Add(node);
            else if (isAttempt && envelope.Kind != "attempt") envelope.Attempts.Add(node);
            else envelope.Children.Add(node);
        }

        return top;
    }

    private static List<TraceNode> Read(JsonElement trace)
    {
        if (trace.ValueKind != JsonValueKind.Object || !trace.TryGetProperty("spans", out var spans) || spans.ValueKind != JsonValueKind.Array) return [];
        return [.. spans.EnumerateArray().Select(span => new TraceNode(span)).OrderBy(node => node.Start)];
    }

    private static TraceNode? Known(Dictionary<string, TraceNode> byId, string? id, TraceNode self) =>
        id is { Length: > 0 } && byId.TryGetValue(id, out var node) && node != self ? node : null;

    /// <summary>The first span of each ring: it goes to the top.</summary>
    private static List<TraceNode> CutRings(List<TraceNode> nodes)
    {
        List<TraceNode> cuts = [];
        Dictionary<TraceNode, int> seenIn = new(nodes.Count);
        for (var walk = 0; walk < nodes.Count; walk++)
        {
            var node = nodes[walk];
            while (node is not null && seenIn.TryAdd(node, walk)) node = node.Parent;
            if (node is null || seenIn[node] != walk) continue;

            var first = node;
            for (var next = node.Parent!; next != node; next = next.Parent!)
            {
                if (next.Start < first.Start) first = next;
            }

            cuts.Add(first);
        }

        return cuts;
    }
}
