using System.Globalization;
using System.Text;

using FnMesh.Cli.Output;

namespace FnMesh.Cli.Tracing;

/// <summary>One span, with its attempts, as a line of text.</summary>
internal static class TraceLine
{
    private const int MaxLength = 400;

    /// <param name="node">The span.</param>
    /// <param name="isTop">The call that began it all needs no <c>call</c> in front.</param>
    public static string Of(TraceNode node, bool isTop) => Clean(node.Kind switch
    {
        "call" => isTop ? Call(node) : $"call    {Call(node)}",
        "publish" => $"publish {Publish(node)}",
        "deliver" => $"deliver {Delivery(node)}",
        "attempt" => $"{node.Name}{Space(node.Attribute("fnmesh.revision"))}: {Ending(node)}",
        _ => node.Name.Length > 0 ? node.Name : node.SpanId,
    });

    /// <summary>A delivery behind the publish that caused it and nothing else.</summary>
    public static string Inline(TraceNode publish, TraceNode delivery) => Clean($"publish {Publish(publish)} → {Delivery(delivery)}");

    /// <summary>Whether a publish and its delivery fit on one line without hiding anything.</summary>
    public static bool FitsOneLine(TraceNode publish) =>
        publish is { Kind: "publish", Attempts.Count: 0, Children: [{ Kind: "deliver", Children.Count: 0, Attempts.Count: <= 1 } delivery] }
        && Redelivery(delivery).Length == 0;

    private static string Call(TraceNode node)
    {
        var path = node.Attribute("url.path");
        var what = path is null ? node.Name : $"{node.Attribute("http.request.method")} {path}";
        var to = node.Parent is null ? "" : Space(node.Backend("fnmesh.revision"), after: true);
        return $"{to}{what} {Ending(node)}{Space(Duration(node.Milliseconds))}{Attempts(node)}";
    }

    private static string Publish(TraceNode node)
    {
        var what = node.Attribute("cloudevents.event_type")
            ?? (node.NumberAttribute("messaging.batch.message_count") is { } count ? Counted.Of(count, "event") : "");
        return node.Verdict is null or "Answered" ? what : $"{what}{(what.Length > 0 ? " " : "")}{Ending(node)}";
    }

    private static string Delivery(TraceNode node)
    {
        var subscription = node.Attribute("fnmesh.subscription") ?? node.Name;
        var app = node.Backend("fnmesh.app");

        // A subscription is often named after its app: <app>-<function>.
        var to = app is null ? subscription
            : subscription.StartsWith(app + "-", StringComparison.Ordinal) ? $"{app} {subscription[(app.Length + 1)..]}"
            : subscription == app ? app
            : $"{app} {subscription}";
        return node.Attempts.Count > 1 ? $"{to}{Redelivery(node)}{Attempts(node)}{Verdict(node)}" : $"{to}{Redelivery(node)} {Ending(node)}";
    }

    private static string Redelivery(TraceNode node) =>
        node.NumberAttribute("fnmesh.delivery") is { } number and > 1 ? string.Create(CultureInfo.InvariantCulture, $" (delivery {number})") : "";

    /// <summary>Each attempt when there were several.</summary>
    private static string Attempts(TraceNode node)
    {
        if (node.Attempts.Count < 2) return "";
        var text = new StringBuilder();
        foreach (var attempt in node.Attempts)
        {
            text.Append("   ").Append(attempt.Name).Append(": ").Append(Ending(attempt));
            if (text.Length > MaxLength) break;
        }

        return text.ToString();
    }

    /// <summary>The status that a function gave, or the status and the verdict of the mesh.</summary>
    private static string Ending(TraceNode node)
    {
        var status = node.Status?.ToString(CultureInfo.InvariantCulture);
        return node.Verdict is null or "Answered" ? status ?? node.Verdict ?? "?" : $"{status}{(status is null ? "" : " ")}{node.Verdict}";
    }

    /// <summary>The verdict of a delivery whose attempts do not say it.</summary>
    private static string Verdict(TraceNode node) =>
        node.Verdict is null or "Answered" || node.Attempts[^1].Verdict == node.Verdict ? "" : $"   {node.Verdict}";

    private static string? Duration(double? milliseconds) => milliseconds switch
    {
        null => null,
        < 0.95 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms"),
        < 999.5 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s"),
    };

    private static string Space(string? text, bool after = false) => string.IsNullOrEmpty(text) ? "" : after ? text + " " : " " + text;

    private static string Clean(string line) => TextTable.Visible(line.Length <= MaxLength ? line : string.Concat(line.AsSpan(0, MaxLength), "…"));
}
