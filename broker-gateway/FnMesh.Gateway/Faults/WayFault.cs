using System.Text.RegularExpressions;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Faults;

/// <summary>What goes wrong on purpose on one way, bound. Each envelope draws once for the delay and once for the abort.</summary>
internal sealed class WayFault
{
    private readonly FaultEntry _entry;
    private readonly HeaderMatchEntry[] _headers;
    private readonly Regex?[] _patterns;
    private readonly Randomness _randomness;
    private readonly string _source;

    /// <param name="entry">The policy.</param>
    /// <param name="backend">Where the way leads, for people.</param>
    /// <param name="randomness">What is drawn from.</param>
    public WayFault(FaultEntry entry, string backend, Randomness randomness)
    {
        (_entry, _randomness) = (entry, randomness);
        _headers = [.. entry.Headers ?? []];
        _patterns = [.. _headers.Select(header => header.IsPattern is true ? RoutePattern.Compile(header.Value) : null)];
        _source = $"'fault' of a TrafficPolicy on the way to {backend}";
    }

    /// <summary>Refuses at once, or notes the delay, which the attempt loop keeps: stages never wait.</summary>
    public Verdict Enter(Envelope envelope)
    {
        if (!Holds(envelope)) return Verdict.Continue;
        var isDelayed = _entry.Delay is { } delay && IsDrawn(delay.Percent);
        var abort = _entry.Abort is { } drawn && IsDrawn(drawn.Percent) ? Abort(drawn, envelope.IsGrpc) : null;
        if (isDelayed) envelope.Fault = new InjectedFault(_entry.Delay!.Duration, _source, abort);
        return abort is { } outcome && !isDelayed ? envelope.Refuse(outcome.Verdict, Reason, status: outcome.Status, grpc: outcome.Grpc) : Verdict.Continue;
    }

    /// <summary>Null where only calls of gRPC are hit, and this is none.</summary>
    private Outcome? Abort(AbortEntry abort, bool isGrpc) =>
        isGrpc && abort.GrpcStatus is { } code ? new Outcome(Verdict.Injected, Reason, abort.Status, Grpc: code)
        : abort.Status is { } status ? new Outcome(Verdict.Injected, Reason, status)
        : null;

    private string Reason => $"this answer was injected ({_source}); the function saw nothing";

    private bool Holds(Envelope envelope)
    {
        for (var at = 0; at < _headers.Length; at++)
        {
            var value = envelope.Exchange?.Header(_headers[at].Name);
            if (value is null || !(_patterns[at] is { } pattern ? pattern.IsMatch(value) : value == _headers[at].Value)) return false;
        }

        return true;
    }

    private bool IsDrawn(int percent) => percent >= 100 || _randomness.NextDouble() * 100 < percent;
}
