using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Policy;

namespace FnMesh.Gateway.Stages;

/// <summary>
/// Finds the rule for a call. From outside a route on <c>edge</c>, or on the listener that it came by, must match. A call of the mesh names an app: where routes are attached to the app one of them must match;
/// otherwise one on <c>mesh</c> may, and without it the call goes to the app directly, as does what runs one of its functions by name. Publications go to the mesh's one broker, and deliveries know their subscription.
/// </summary>
internal sealed class MatchStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        if (envelope.Kind != EnvelopeKind.Call) return Verdict.Continue;
        return envelope.IsFromMesh ? MatchMesh(envelope) : MatchEdge(envelope);
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }

    private static Verdict MatchEdge(Envelope envelope)
    {
        if (envelope.IsInvocation)
            return envelope.Refuse(Verdict.NoRoute, "what begins with /_fnmesh/ belongs to the mesh, and nobody from outside reaches it; run a function with `fnmesh invoke`");
        var routes = envelope.Listener?.Routes ?? envelope.Table.Edge;
        envelope.Rule = routes.Find(envelope);
        if (envelope.Rule is not null) return Verdict.Continue;
        var none = $"no {(envelope.IsGrpc ? "GRPCRoute or HTTPRoute" : "HTTPRoute")} on {envelope.Listener?.Name ?? "edge"} matches {envelope.Method} {envelope.Path} for host {envelope.Host}";
        var why = envelope.Table.Unrouted.Explain(envelope.Method, envelope.Path) ?? routes.Near.Explain(envelope);
        return envelope.Refuse(Verdict.NoRoute, why is null ? $"{none}; add a rule, or look at `fnmesh get httproutes`" : $"{none}: {why}");
    }

    private static Verdict MatchMesh(Envelope envelope)
    {
        if (envelope.Host.Span.Equals(MeshName.Broker, StringComparison.OrdinalIgnoreCase))
            return envelope.Refuse(Verdict.NoRoute, "the broker takes POST /events and nothing else");
        if (!envelope.Table.Apps.TryGetValue(MeshName.AppOf(envelope.Host.Span), out var app))
        {
            var near = NearestName.Hint(MeshName.AppOf(envelope.Host.Span).ToString(), envelope.Table.Apps.Dictionary.Keys);
            return envelope.Refuse(Verdict.NoRoute, $"there is no app '{envelope.Host}' in the mesh{(near.Length > 0 ? near : "; name one as the host, such as http://app/path, and look at `fnmesh get functionapps`")}");
        }

        envelope.Rule = envelope.IsInvocation ? app.Direct : app.Attached.IsEmpty ? envelope.Table.Mesh.Find(envelope) ?? app.Direct : app.Attached.Find(envelope);
        if (envelope.Rule is not null) return Verdict.Continue;
        var none = $"no route that is attached to the app '{envelope.Host}' matches {envelope.Method} {envelope.Path}, and where routes are attached there is no other way";
        return envelope.Refuse(Verdict.NoRoute, app.Attached.Near.Explain(envelope) is { } why ? $"{none}: {why}" : $"{none}; add a rule, or one without 'matches' for all else");
    }
}
