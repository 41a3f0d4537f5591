using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Limits;

/// <summary>The limits of one way, bound: what they count together is shared with every way that takes them from the same target of the same policy.</summary>
internal sealed class WayLimits
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly LimitsEntry _entry;
    private readonly MeterTable? _rate;
    private readonly MeterTable? _inFlight;
    private readonly string _tooMany;
    private readonly string _tooFast;

    /// <param name="entry">The policy.</param>
    /// <param name="table">The meters of what a limit counts.</param>
    public WayLimits(LimitsEntry entry, Func<LimitSource, MeterTable> table)
    {
        _entry = entry;
        _rate = entry.Rate is { } rate ? table(rate.Source) : null;
        _inFlight = entry.InFlight is { } inFlight ? table(inFlight.Source) : null;
        var whose = entry.Per switch { LimitPer.Principal => " of each principal", LimitPer.Header => $" with each value of {entry.Header}", _ => "" };
        _tooFast = entry.Rate is { Source: var fast } ? $"TrafficPolicy {fast.Policy} ({fast.Origin}) lets {entry.Rate.PerSecond} a second{whose} to {fast.Target}; wait, or raise 'limits.requestsPerSecond'" : "";
        _tooMany = entry.InFlight is { Source: var many } ? $"TrafficPolicy {many.Policy} ({many.Origin}) lets {entry.InFlight.Most} at the same time{whose} to {many.Target}; try again later, or raise 'limits.inFlight'" : "";
        Headers = new(entry);
    }

    /// <summary>What callers are told.</summary>
    public LimitHeaders Headers { get; }

    /// <summary>Takes what an envelope needs, all or nothing.</summary>
    public Verdict Enter(Envelope envelope)
    {
        var key = _entry.Per switch
        {
            LimitPer.Principal => envelope.Principal,
            LimitPer.Header => envelope.Exchange?.Header(_entry.Header!) ?? "",
            _ => null,
        };
        var inFlight = _inFlight is null ? null : key is null ? _inFlight.All : _inFlight.Of(key);
        var rate = _rate is null ? null : ReferenceEquals(_rate, _inFlight) ? inFlight : key is null ? _rate.All : _rate.Of(key);
        // Who is one of many is asked to slow down; where all are counted together it is the function that has too much to do.
        if (inFlight is not null && !inFlight.InFlight.TryEnter(_entry.InFlight!.Most))
        {
            envelope.Limited = new LimitUse(this, null, default);
            return envelope.Refuse(key is null ? Verdict.Overloaded : Verdict.RateLimited, _tooMany, Pause);
        }

        var taken = rate?.Rate.Take(_rate!.Now, _entry.Rate!.PerSecond, _entry.Rate.Burst) ?? default;
        envelope.Limited = new LimitUse(this, inFlight?.InFlight, taken);
        return rate is null || taken.Taken ? Verdict.Continue : envelope.Refuse(Verdict.RateLimited, _tooFast, TimeSpan.FromSeconds(taken.Wait));
    }
}
