using System.Text;
using System.Text.Json;

namespace FnMesh.Cli.Tracing;

/// <summary>A trace as one tree over calls and events.</summary>
internal static class TraceTree
{
    /// <summary>Spans below this depth are drawn at it.</summary>
    private const int MaxDepth = 64;

    /// <param name="trace">The answer of <c>/api/v1/traces/{id}</c>.</param>
    /// <returns>Lines that each end in a line feed; empty when there is no span.</returns>
    public static string Render(JsonElement trace)
    {
        var text = new StringBuilder();
        Stack<(TraceNode Node, string Indent, int Depth, bool IsLast)> rest = new();
        foreach (var node in Enumerable.Reverse(TraceForest.Grow(trace))) rest.Push((node, "", 0, false));
        while (rest.TryPop(out var next))
        {
            var (node, indent, depth, isLast) = next;
            var oneLine = TraceLine.FitsOneLine(node);
            var line = oneLine ? TraceLine.Inline(node, node.Children[0]) : TraceLine.Of(node, depth == 0);
            text.Append(indent).Append(depth == 0 ? "" : isLast ? "└─ " : "├─ ").Append(line).Append('\n');
            if (oneLine) continue;

            var below = depth == 0 ? "" : depth < MaxDepth ? indent + (isLast ? "   " : "│  ") : indent;
            for (var i = node.Children.Count - 1; i >= 0; i--) rest.Push((node.Children[i], below, Math.Min(depth + 1, MaxDepth), i == node.Children.Count - 1));
        }

        return text.ToString();
    }
}
