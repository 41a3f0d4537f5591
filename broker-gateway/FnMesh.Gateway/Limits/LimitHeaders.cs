using System.Globalization;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Limits;

/// <summary>
/// Tells callers of the limits that hold for them (draft-ietf-httpapi-ratelimit-headers). Policies are named after the TrafficPolicy; a burst that is more than a second's worth
/// has the window in which it comes back, which is the same rate. What a function says for itself stays beside it.
/// </summary>
internal sealed class LimitHeaders
{
    public const string PolicyHeader = "RateLimit-Policy";
    public const string Header = "RateLimit";

    private readonly string _policy;
    private readonly string? _name;

    public LimitHeaders(LimitsEntry entry)
    {
        List<string> policies = [];
        if (entry.Rate is { } rate)
        {
            _name = rate.Source.Policy;
            // Rounded up, so that the rate which it tells is never more than the one that holds.
            var quota = Math.Max(rate.Burst, rate.PerSecond);
            policies.Add($"\"{_name}\";q={quota};w={(quota + rate.PerSecond - 1) / rate.PerSecond}");
        }

        if (entry.InFlight is { } most) policies.Add($"\"{most.Source.Policy}{(entry.Rate is null ? "" : "-in-flight")}\";q={most.Most};qu=\"concurrent-requests\"");
        _policy = string.Join(", ", policies);
    }

    /// <param name="headers">Of the answer.</param>
    /// <param name="use">What the call took.</param>
    public void Write(IHeaderDictionary headers, in RateUse use)
    {
        headers.Append(PolicyHeader, _policy);
        // A refused caller is told when one is there, and not when all are: Retry-After says the same (5.2).
        if (_name is not null && use != default) headers.Append(Header, string.Create(CultureInfo.InvariantCulture, $"\"{_name}\";r={use.Left};t={Math.Max(1, (long)Math.Ceiling(use.Taken ? use.Full : use.Wait))}"));
    }
}
