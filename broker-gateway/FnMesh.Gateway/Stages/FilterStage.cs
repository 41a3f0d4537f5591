using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Stages;

/// <summary>Sends callers elsewhere, or gives calls the path that the function sees. What it makes must be as clear as what came in.</summary>
internal sealed class FilterStage : IStage
{
    private const string Http = "http";

    public Verdict Enter(Envelope envelope)
    {
        var (rule, way) = (envelope.Rule?.Filters, envelope.Way?.Filters);
        if (rule is null && way is null) return Verdict.Continue;
        if ((rule?.Redirect ?? way?.Redirect) is { } redirect) return Redirect(envelope, redirect);
        // The backend's word is the later one.
        return (way?.Rewrite?.Path ?? rule?.Rewrite?.Path) is { } path ? Rewrite(envelope, path) : Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }

    private static Verdict Rewrite(Envelope envelope, PathChangeEntry change)
    {
        var target = PathChange.Apply(change, envelope.Target.Span, envelope.PathLength);
        if (RequestTarget.Parse(target, string.Empty).Fault is { } fault) return envelope.Refuse(Verdict.Malformed, $"rewritten by the rule at {envelope.Rule!.Origin}, {fault}");
        // Nobody may reach by a rewrite what they may not name.
        if (FunctionPath.IsReserved(target)) return envelope.Refuse(Verdict.NoRoute, $"rewritten by the rule at {envelope.Rule!.Origin}, the path belongs to the mesh");
        envelope.Rewritten = target;
        return Verdict.Continue;
    }

    private static Verdict Redirect(Envelope envelope, RedirectEntry redirect)
    {
        // Between functions there is one port, and its name is not part of an address.
        var (ownScheme, ownPort) = envelope.IsFromMesh ? (Http, 80) : envelope.Exchange!.Listener;
        var scheme = redirect.Scheme ?? ownScheme;
        var standard = scheme == Http ? 80 : 443;
        var port = redirect.Port ?? (redirect.Scheme is null ? ownPort : standard);
        var authority = redirect.Hostname ?? envelope.Host.ToString();
        var target = PathChange.Apply(redirect.Path, envelope.Target.Span, envelope.PathLength);
        return envelope.Answer(redirect.StatusCode, port == standard ? $"{scheme}://{authority}{target}" : $"{scheme}://{authority}:{port}{target}");
    }
}
