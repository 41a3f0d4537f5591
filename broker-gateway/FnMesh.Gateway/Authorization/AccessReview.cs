using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Authorization;

/// <summary>Counts and logs what policies say that decide nothing: AUDIT, and those that only try.</summary>
internal sealed partial class AccessReview(Instruments instruments, ILogger log)
{
    /// <param name="request">Who wants to do what.</param>
    /// <param name="targets">What is asked.</param>
    /// <param name="more">What is asked too.</param>
    /// <param name="decision">What was decided.</param>
    public void Look(in AccessRequest request, AccessTarget[] targets, AccessTarget[] more, AccessDecision decision)
    {
        Audit(request, targets, decision);
        Audit(request, more, decision);
        if (!Array.Exists(targets, static target => target.Rehearsed is not null) && !Array.Exists(more, static target => target.Rehearsed is not null)) return;
        var tried = AccessDecision.Of(request, targets, more, rehearse: true);
        if (tried.By is not { IsDryRun: true } rule) return;
        instruments.Tried(rule.Policy, tried.Denial is null);
        if (tried.Denial is null == decision.Denial is null) return;
        LogTried(rule.Policy, rule.Origin, tried.Denial is null ? "permit" : "deny", Word(request.Operation), LogText.Clean(request.Principal), LogText.Clean(What(request)));
    }

    private void Audit(in AccessRequest request, AccessTarget[] targets, AccessDecision decision)
    {
        foreach (var target in targets)
        {
            foreach (var (policy, rules) in target.Audits)
            {
                if (rules.Find(request) is not { } rule) continue;
                var permitted = decision.Denial is null;
                instruments.Audited(policy, permitted);
                LogAudit(policy, rule.Origin, target.Name, permitted ? "permitted" : "denied", Word(request.Operation), LogText.Clean(request.Principal), LogText.Clean(What(request)));
            }
        }
    }

    private static string What(in AccessRequest request) => request.Operation == Operation.Call ? $"{request.Method} {request.Path}" : $"{request.EventType} from {request.EventSource}";

    private static string Word(Operation operation) => operation switch
    {
        Operation.Call => "call",
        Operation.Publish => "publish",
        _ => "deliver",
    };

    [LoggerMessage(1, LogLevel.Information, "Audited by AuthorizationPolicy {Policy} ({Rule}) on {Target}, {Decision}: {Operation} by {Principal}: {What}")]
    private partial void LogAudit(string policy, Origin rule, string target, string decision, string operation, string principal, string what);

    [LoggerMessage(2, LogLevel.Information, "The dry run of AuthorizationPolicy {Policy} ({Rule}) would {Decision}: {Operation} by {Principal}: {What}")]
    private partial void LogTried(string policy, Origin rule, string decision, string operation, string principal, string what);
}
