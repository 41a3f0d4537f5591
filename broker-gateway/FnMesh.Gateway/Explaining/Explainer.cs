using System.Collections.Immutable;
using System.Text.Json;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tokens;

namespace FnMesh.Gateway.Explaining;

/// <summary>Says what would be decided, by the same table and the same code as for traffic. Nothing is sent, drawn or counted.</summary>
/// <param name="table">What is live.</param>
/// <param name="principal">Who asks, whole.</param>
/// <param name="claims">What a token would claim, as a JSON object; null for no token.</param>
internal sealed class Explainer(RoutingTable table, string principal, JsonElement? claims)
{
    private readonly TokenClaims? _claims = claims is { } payload ? new TokenClaims(payload) : null;

    private bool IsMember => Principals.IsMember(principal);

    /// <param name="method">Of the call.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="host">An app, for calls of members; otherwise a host name.</param>
    public Explanation Call(string method, string target, string host)
    {
        var read = RequestTarget.Parse(target, host);
        if (read.Fault is { } fault) return new(principal, null, $"the call is malformed: {fault}", []);
        var call = new Envelope
        {
            Kind = EnvelopeKind.Call,
            Table = table,
            Started = 0,
            Caller = principal == Principals.Anonymous ? null : principal,
            Claims = _claims,
            IsFromMesh = IsMember,
            IsFromPerson = IsMember && principal.Contains("/user/", StringComparison.Ordinal),
            Method = method,
            Host = host.AsMemory(),
            Target = read.PathAndQuery,
            PathLength = read.PathLength,
        };
        new IdentifyStage().Enter(call);
        if (new MatchStage().Enter(call) != Verdict.Continue) return new(principal, null, call.Refusal.Reason, []);
        var rule = call.Rule!;
        Way?[] ways = rule.Split.Ways.Count == 0 ? [null] : [.. rule.Split.Ways.DistinctBy(way => way.Backend.Name)];
        return new(principal, $"{rule.Route} ({rule.Origin})", null, [.. ways.Select(way => Decide("call", way?.Backend.Name ?? rule.Route, AccessRequest.OfCall(call, way), rule.Access, way))]);
    }

    /// <summary>Who may publish it, and which subscriptions that want it would get it.</summary>
    public Explanation Event(ParsedEvent published)
    {
        var publication = new Envelope { Kind = EnvelopeKind.Publish, Table = table, Started = 0, Principal = principal, Claims = _claims };
        var decisions = ImmutableArray.CreateBuilder<ExplainedDecision>();
        decisions.Add(Decide("publish", published.Type, AccessRequest.OfPublication(publication, published), table.Broker, null));
        var record = published.ToRecord(principal, "");
        foreach (var subscription in table.Subscriptions.Values.Where(one => one.Matcher.Matches(record)).OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            var delivery = new Envelope { Kind = EnvelopeKind.Delivery, Table = table, Started = 0, Principal = principal, Subscription = subscription, Delivered = new StoredEvent(0, default, record) };
            foreach (var way in subscription.Split.Ways.DistinctBy(way => way.Backend.Name))
                decisions.Add(Decide("deliver", $"{subscription.Name} at {way.Backend.Name}", AccessRequest.OfDelivery(delivery, way), subscription.Access, way));
        }

        return new(principal, null, null, decisions.ToImmutable());
    }

    private static ExplainedDecision Decide(string operation, string on, in AccessRequest request, AccessTarget[] targets, Way? way)
    {
        var decision = AccessDecision.Of(request, targets, way?.Backend.Access ?? []);
        if (request.OnlyByPath && decision is { Denial: null, By: null }) return new(operation, on, false, "only people run a function by its name, and others where a rule names its path", null, null);
        var why = decision.Denial ?? (decision.By is { } rule ? $"AuthorizationPolicy {rule.Policy} ({rule.Origin}) allows it" : "no AuthorizationPolicy closes it");
        return new(operation, on, decision.Denial is null, why, decision.By?.Policy, decision.Rule?.ToString());
    }
}
