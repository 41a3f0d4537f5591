using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Metrics;

/// <summary>What is measured of the calls of one route; bound with the table, so that a call looks nothing up.</summary>
internal sealed class RouteInstruments(DurationFamily durations, string? route)
{
    private const int LeastStatus = 100;
    private const int MostStatus = 999;

    private readonly BoundDuration?[]?[] _byMethod = new BoundDuration?[HttpMethodName.Count][];

    /// <param name="method">As received.</param>
    /// <param name="status">What the caller was told; 499 when the caller had gone.</param>
    /// <param name="duration">From the request's head to the end of the answer.</param>
    public void Record(string method, int status, TimeSpan duration)
    {
        var code = Math.Clamp(status, LeastStatus, MostStatus);
        var byStatus = _byMethod[HttpMethodName.IndexOf(method)] ??= new BoundDuration?[MostStatus - LeastStatus + 1];
        (byStatus[code - LeastStatus] ??= Bind(HttpMethodName.Of(method), code)).Record(duration);
    }

    // Two threads may bind at once: the family gives both the same series.
    private BoundDuration Bind(string method, int status)
    {
        KeyValuePair<string, object?> named = new(SpanNames.Method, method);
        KeyValuePair<string, object?> coded = new(SpanNames.Status, status);
        return route is null ? durations.Bind(named, coded) : durations.Bind(named, coded, new(SpanNames.HttpRoute, route));
    }
}
