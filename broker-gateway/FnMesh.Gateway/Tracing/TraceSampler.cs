using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// Which traces are recorded, by <c>OTEL_TRACES_SAMPLER</c>, decided as OpenTelemetry's own samplers decide, and before there is a span: of a trace that is not recorded none is made.
/// </summary>
/// <param name="followsCaller">Whether a caller's decision holds.</param>
/// <param name="share">Of the traces that are decided here; from 0 to 1.</param>
internal sealed class TraceSampler(bool followsCaller, double share)
{
    private readonly long _below = share <= 0 ? long.MinValue : share >= 1 ? long.MaxValue : (long)(share * long.MaxValue);

    /// <param name="environment">The process's environment variables; what they say that is no sampler, or no share, means all, as OpenTelemetry has it.</param>
    public static TraceSampler Of(IConfiguration environment)
    {
        var name = environment["OTEL_TRACES_SAMPLER"]?.ToLowerInvariant() ?? "";
        var follows = name is not ("always_on" or "always_off" or "traceidratio");
        if (name.EndsWith("always_off", StringComparison.Ordinal)) return new(follows, 0);
        if (!name.EndsWith("traceidratio", StringComparison.Ordinal)) return new(follows, 1);
        return new(follows, double.TryParse(environment["OTEL_TRACES_SAMPLER_ARG"], NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : 1);
    }

    /// <param name="trace">The trace's id.</param>
    /// <param name="caller">The caller's decision; null where the trace begins here.</param>
    public bool Records(UInt128 trace, ActivityTraceFlags? caller) =>
        followsCaller && caller is { } flags ? (flags & ActivityTraceFlags.Recorded) != 0 : _below == long.MaxValue || ((long)(ulong)(trace >> 64) & long.MaxValue) < _below;
}
