using System.Globalization;
using System.Text;

namespace FnMesh.Gateway.Metrics;

/// <summary>OpenTelemetry's names as Prometheus writes them, and the lines of its text format.</summary>
internal static class MetricName
{
    /// <summary><c>http.server.request.duration</c> in <c>s</c> is <c>http_server_request_duration_seconds</c>; a counter ends in <c>_total</c>.</summary>
    public static string Of(string name, string? unit, bool isCounter)
    {
        var text = new StringBuilder(name.Length + 16);
        Labels.AppendName(text, name);
        Suffix(text, unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" });
        if (isCounter) Suffix(text, "_total");
        return text.ToString();
    }

    public static void AppendHead(StringBuilder text, string name, string? help, string type)
    {
        if (!string.IsNullOrEmpty(help))
        {
            text.Append("# HELP ").Append(name).Append(' ')
                .Append(help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public static void AppendSample(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels).Append(' ').Append(Number(value)).Append('\n');

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static void Suffix(StringBuilder text, string suffix)
    {
        if (!text.ToString().EndsWith(suffix, StringComparison.Ordinal)) text.Append(suffix);
    }
}
