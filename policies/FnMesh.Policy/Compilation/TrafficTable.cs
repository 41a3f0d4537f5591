using System.Collections.Immutable;
using FnMesh.Policy.Effective;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Reading;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>
/// What TrafficPolicies say of each target, and what that means for one way to a backend. Field by field the most specific wins:
/// mesh, namespace, app, route or subscription, rule, the route's own field.
/// </summary>
internal sealed class TrafficTable
{
    private readonly Dictionary<AuthorizationTarget, TrafficFields> _byTarget = [];
    private readonly PolicyNames _names;
    private readonly Dictionary<Origin, FailoverEntry?> _failovers = [];
    private readonly Dictionary<Origin, string> _namespaces = [];
    private readonly HashSet<Origin> _selves = [];
    private readonly DiagnosticBag _diagnostics;

    /// <summary>Who wrote what.</summary>
    public FieldOrigins Origins { get; } = new();

    public TrafficTable(IEnumerable<TrafficPolicy> policies, PolicyNames names, DiagnosticBag diagnostics)
    {
        (_names, _diagnostics) = (names, diagnostics);
        foreach (var policy in policies)
        {
            Origins.Add("TrafficPolicy", policy.Name, policy.Fields);
            if (policy.Fields.Balancing.Failover is { } failover) _namespaces[failover.Origin] = policy.Namespace;
            var from = new Referrer("TrafficPolicy", policy.Namespace);
            var seen = new HashSet<AuthorizationTarget>();
            foreach (var written in policy.Targets)
            {
                if (names.Target(written, from) is not { } target) continue;
                if (target.Kind == AuthorizationTargetKind.Broker && policy.Fields.Fields().FirstOrDefault(static field => !IsOfBroker(field.Value)) is { Value: not null } other)
                    diagnostics.Error(DiagnosticCodes.BrokerTarget, other.Origin, $"'{other.Value}' cannot be set for the broker, which takes 'limits' alone, without 'bodyBytes'; give the broker a policy of its own, or target the mesh, an app, a route or a subscription");
                else if (!seen.Add(target))
                    diagnostics.Error(DiagnosticCodes.DuplicateName, written.Reference.Origin, "this target is named twice in one policy");
                else if (target.Kind is not (AuthorizationTargetKind.Mesh or AuthorizationTargetKind.Namespace or AuthorizationTargetKind.FunctionApp) && policy.Fields.HealthCheck.Place() is { } check)
                    diagnostics.Error(DiagnosticCodes.HealthCheckTarget, check, $"'healthCheck' is about an app's endpoints, whoever calls them; it cannot be set for {Describe(target)}, only for the mesh, for namespaces and for apps");
                else if (target.Kind == AuthorizationTargetKind.Subscription && (policy.Fields.Idempotency.KeepFor?.Origin ?? policy.Fields.Idempotency.Required?.Origin) is { } keys)
                    diagnostics.Error(DiagnosticCodes.IdempotencyTarget, keys, $"'idempotency' is about calls; it cannot be set for {Describe(target)}, whose events have a source and an id");
                else if (target.Kind == AuthorizationTargetKind.Subscription && (policy.Fields.Limits.BodyBytes ?? policy.Fields.RetryBodyBytes) is { } bytes)
                    diagnostics.Error(DiagnosticCodes.BodyTarget, bytes.Origin, $"'bodyBytes' is about calls; it cannot be set for {Describe(target)}: an event may have 1 MiB and is kept until it is delivered");
                else if (target.Kind == AuthorizationTargetKind.Subscription && policy.Fields.Fault.AbortGrpcStatus is { } status)
                    diagnostics.Error(DiagnosticCodes.FaultTarget, status.Origin, $"'grpcStatus' is about calls of gRPC; it cannot be set for {Describe(target)}, whose deliveries are none: set 'status'");
                else
                    Add(target, policy);
            }
        }
    }

    /// <param name="route">The route.</param>
    /// <param name="rule">Its rule.</param>
    /// <param name="app">The backend's app.</param>
    /// <param name="way">The rules that hand the calls to it, outermost first; what they say is less specific, the outer the less.</param>
    public WayPolicy ForCall(HttpRoute route, HttpRouteRule rule, string app, ImmutableArray<(HttpRoute Route, HttpRouteRule Rule)> way)
    {
        var fields = OfRule(route, rule);
        foreach (var (outer, handing) in way.Reverse()) fields = fields.Over(OfRule(outer, handing));
        fields = fields.Over(OfApp(app));
        var request = fields.Request?.Value ?? Defaults.Request;
        WarnIfBackendIsSlower(fields, request);
        return Entry(app, fields, request, fields.Request?.Origin, fields.RetryUnsafeMethods);
    }

    private TrafficFields OfRule(HttpRoute route, HttpRouteRule rule)
    {
        Origins.Add(TargetKinds.NameOf(route.Kind), route.Name, rule.Traffic);
        var section = rule.Name is { } name ? Of(route.Kind, route.Name, name.Value) : TrafficFields.None;
        return rule.Traffic.Over(section).Over(Of(route.Kind, route.Name));
    }

    public WayPolicy ForDirectCall(string app)
    {
        var fields = OfApp(app);
        return Entry(app, fields, fields.Request?.Value ?? Defaults.Request, fields.Request?.Origin, fields.RetryUnsafeMethods);
    }

    /// <param name="subscription">The subscription's name.</param>
    /// <param name="app">The backend's app; null for an address outside the mesh.</param>
    /// <param name="timeout"><c>delivery.timeout</c>; null when it is not written.</param>
    public WayPolicy ForDelivery(string subscription, string? app, Written<TimeSpan>? timeout)
    {
        var fields = Of(AuthorizationTargetKind.Subscription, subscription)
            .Over(app is null ? OfNamespace(subscription) : OfApp(app));
        if (timeout is { } own) Origins.Add("Subscription", subscription, TrafficFields.None with { Request = own });
        // A delivery always has an end: where "0s" asks for none, the default holds. And it may always be repeated.
        var request = (timeout ?? fields.Request) is { Value.Ticks: > 0 } written ? written : (Written<TimeSpan>?)null;
        return Entry(app, fields, request?.Value ?? Defaults.DeliveryTimeout, request?.Origin, unsafeMethods: null, isDelivery: true);
    }

    /// <summary>How an app's endpoints are checked; null for not at all.</summary>
    public (HealthCheckEntry? Entry, ImmutableArray<EffectiveField> Fields) CheckOf(string app)
    {
        var fields = OfApp(app).HealthCheck;
        var entry = fields.Entry();
        return (entry, Origins.OfCheck(entry, fields));
    }

    /// <summary>What the broker takes; null for everything. The mesh's limits are of calls and deliveries.</summary>
    public (LimitsEntry? Entry, ImmutableArray<EffectiveField> Fields) OfBroker()
    {
        var fields = Of(AuthorizationTargetKind.Broker, "").Limits;
        var entry = fields.Entry();
        return (entry, entry is null ? [] : Origins.OfBroker(entry, fields));
    }

    /// <summary>Null when the reference means nothing, which is said once, or the app itself.</summary>
    private FailoverEntry? Failover(string? app, Written<Reference>? written)
    {
        if (written is not { } reference) return null;
        if (!_failovers.TryGetValue(reference.Origin, out var failover))
            _failovers.Add(reference.Origin, failover = _names.Backend(reference.Value, new Referrer("TrafficPolicy", _namespaces[reference.Origin])) is { } backend ? new FailoverEntry(backend.App, backend.Revision) : null);
        if (failover is not { Revision: null } || failover.App != app) return failover;
        if (_selves.Add(reference.Origin))
            _diagnostics.Warning(DiagnosticCodes.FailoverToItself, reference.Origin, $"'failover' has no effect on calls to {Quoted.Text(app)} itself; name another app, or one of its revisions");
        return null;
    }

    private WayPolicy Entry(string? app, TrafficFields fields, TimeSpan request, Origin? requestOrigin, Written<bool>? unsafeMethods, bool isDelivery = false)
    {
        var backend = fields.BackendRequest?.Value is { Ticks: > 0 } limit ? limit : (TimeSpan?)null;
        if (request > TimeSpan.Zero && backend > request) backend = request;
        var entry = new ResilienceEntry
        {
            Request = request > TimeSpan.Zero ? request : null,
            BackendRequest = backend,
            RetryAttempts = fields.RetryAttempts?.Value ?? Defaults.RetryAttempts,
            RetryCodes = fields.RetryCodes?.Value ?? Defaults.RetryCodes,
            RetryBackoff = fields.RetryBackoff?.Value ?? Defaults.RetryBackoff,
            RetryUnsafeMethods = isDelivery || (unsafeMethods?.Value ?? false),
            RetryBodyBytes = isDelivery ? null : fields.RetryBodyBytes?.Value,
            RetryBudget = new RetryBudgetEntry(
                fields.BudgetPercent?.Value ?? Defaults.BudgetPercent,
                fields.BudgetInterval?.Value ?? Defaults.BudgetInterval,
                fields.MinRetryCount?.Value ?? Defaults.MinRetryCount,
                fields.MinRetryInterval?.Value ?? Defaults.MinRetryInterval),
            CircuitBreaker = !fields.HasBreaker ? null : new CircuitBreakerEntry(
                fields.FailureRatio?.Value ?? Defaults.FailureRatio,
                fields.MinimumThroughput?.Value ?? Defaults.MinimumThroughput,
                fields.BreakerWindow?.Value ?? Defaults.BreakerWindow,
                fields.BreakFor?.Value ?? Defaults.BreakFor),
            Balancing = fields.Balancing.Entry(Failover(app, fields.Balancing.Failover)),
            Limits = fields.Limits.Entry(),
            Body = isDelivery ? null : fields.Limits.BodyEntry(),
            Fault = fields.Fault.Entry(),
            Idempotency = isDelivery ? null : fields.Idempotency.Entry(),
        };
        return new WayPolicy(entry, Origins.Of(entry, fields, requestOrigin, unsafeMethods?.Origin));
    }

    private static bool IsOfBroker(string field) => field.StartsWith("limits.", StringComparison.Ordinal) && field != "limits.bodyBytes";

    private void Add(AuthorizationTarget target, TrafficPolicy policy)
    {
        var own = policy.Fields with { Limits = policy.Fields.Limits.Of(policy.Name, NameOf(target)) };
        if (!_byTarget.TryGetValue(target, out var before))
        {
            _byTarget.Add(target, own);
            return;
        }

        if (before.HealthCheck.Place() is { } asked && own.HealthCheck.Place() is { } other)
            _diagnostics.Error(DiagnosticCodes.ConflictingPolicies, other, $"field 'healthCheck' of the target {Describe(target)} is also set at {asked}; set it in one policy only");
        var taken = before.Fields().Where(static field => field.Value is not ("healthCheck.path" or "healthCheck.grpc")).ToDictionary(field => field.Value, field => field.Origin, StringComparer.Ordinal);
        foreach (var field in policy.Fields.Fields())
        {
            if (taken.TryGetValue(field.Value, out var first))
                _diagnostics.Error(DiagnosticCodes.ConflictingPolicies, field.Origin,
                    $"field '{field.Value}' of the target {Describe(target)} is also set at {first}; set it in one policy only");
        }

        _byTarget[target] = before.Over(own);
    }

    private void WarnIfBackendIsSlower(TrafficFields fields, TimeSpan request)
    {
        if (fields.BackendRequest is { } part && request > TimeSpan.Zero && part.Value > request)
            _diagnostics.Warning(DiagnosticCodes.FieldWithoutEffect, part.Origin,
                $"backendRequest ({Durations.Format(part.Value)}) has no effect where request is {Durations.Format(request)}{(fields.Request is { } whole ? $" (at {whole.Origin})" : " (the default)")}");
    }

    private TrafficFields Of(AuthorizationTargetKind kind, string name, string? section = null) =>
        _byTarget.GetValueOrDefault(new AuthorizationTarget(kind, name, section), TrafficFields.None);

    /// <summary>What holds for an app: its own, over that of its namespace, over that of the mesh.</summary>
    private TrafficFields OfApp(string app) => Of(AuthorizationTargetKind.FunctionApp, app).Over(OfNamespace(app));

    private TrafficFields OfNamespace(string qualified) => Of(AuthorizationTargetKind.Namespace, QualifiedName.NamespaceOf(qualified)).Over(Of(AuthorizationTargetKind.Mesh, ""));

    /// <summary>As people would call it, outside of a sentence about policies.</summary>
    private static string NameOf(AuthorizationTarget target) => target.Kind switch
    {
        AuthorizationTargetKind.Mesh => "the mesh",
        AuthorizationTargetKind.Broker => "the broker",
        _ => $"{TargetKinds.NameOf(target.Kind)} {target.Name}{(target.Section is null ? "" : $" rule {target.Section}")}",
    };

    private static string Describe(AuthorizationTarget target) =>
        target.Kind + (target.Name.Length == 0 ? "" : " " + Quoted.Text(target.Name)) + (target.Section is null ? "" : " rule " + Quoted.Text(target.Section));
}
