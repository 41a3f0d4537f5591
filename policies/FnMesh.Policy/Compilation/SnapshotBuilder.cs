using System.Collections.Immutable;
using FnMesh.Policy.Effective;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>Resolves what was written into the entries of a snapshot.</summary>
internal sealed class SnapshotBuilder
{
    private readonly ImmutableArray<WrittenResource> _resources;
    private readonly DiagnosticBag _diagnostics;
    private readonly PolicyNames _names;
    private readonly RouteParents _parents;
    private readonly TrafficTable _traffic;
    private readonly Delegations _delegations;
    private readonly string _trustDomain;
    private readonly Mesh? _mesh;
    private readonly ImmutableArray<EffectiveWay>.Builder _ways = ImmutableArray.CreateBuilder<EffectiveWay>();

    /// <param name="resources">No two of one kind and name, ordered by namespace and name.</param>
    public SnapshotBuilder(ImmutableArray<WrittenResource> resources, DiagnosticBag diagnostics)
    {
        _resources = resources;
        _diagnostics = diagnostics;
        // In the order of the files, so that of two that collide the later one is refused.
        WrittenResource[] inOrder = [.. resources.OrderBy(one => one.Origin.File, StringComparer.Ordinal).ThenBy(one => one.Origin.Line)];
        var mesh = _mesh = OnlyMesh(inOrder.OfType<Mesh>());
        _names = new PolicyNames(mesh?.Name ?? Defaults.Mesh, inOrder, diagnostics);
        AttributeRoutes = mesh?.AttributeRoutes;
        _trustDomain = mesh?.TrustDomain ?? _names.Mesh + ".local";
        _parents = new RouteParents(inOrder.OfType<Gateway>(), _names, diagnostics);
        ListenerConflicts.Find(inOrder.OfType<Gateway>(), diagnostics);
        _delegations = new Delegations(_names, _parents, diagnostics);
        _traffic = new TrafficTable(inOrder.OfType<TrafficPolicy>(), _names, diagnostics);
    }

    /// <summary>Where every value of the snapshot comes from; complete once it is built.</summary>
    public ImmutableArray<EffectiveWay> Ways => _ways.ToImmutable();

    /// <summary>What the Mesh says of routes from attributes; null where it says nothing.</summary>
    public bool? AttributeRoutes { get; }

    public PolicySnapshot Build()
    {
        if (_mesh is not null) _ways.Add(new EffectiveWay { Kind = "Mesh", Name = _mesh.Name, Fields = [FieldOrigins.OfSvidLife(_mesh), FieldOrigins.OfInFlight(_mesh), .. _mesh.Kafka is null ? FieldOrigins.OfRetention(_mesh) : [], .. WebhookOrigins.OfMesh(_mesh, _trustDomain), .. _traffic.OfBroker().Fields] });
        var written = _resources.OfType<HttpRoute>().OrderBy(route => route.Namespace, StringComparer.Ordinal).ThenBy(route => route.Name, StringComparer.Ordinal).ThenBy(route => route.Kind).ToArray();
        var reached = written.SelectMany(route => _delegations.Of(route, _parents.Of(route))).ToArray();
        _delegations.WarnOfUnused(written);
        var routes = reached.OrderBy(at => at.Route.Namespace, StringComparer.Ordinal).ThenBy(at => at.Route.Name, StringComparer.Ordinal).ThenBy(at => at.Route.Kind).Select(Route).ToImmutableArray();
        SameMatches.Warn(routes, _diagnostics);
        return Snapshot(routes);
    }

    private PolicySnapshot Snapshot(ImmutableArray<RouteEntry> routes) => PolicySnapshotJson.WithHash(new PolicySnapshot
    {
        Hash = "",
        Mesh = _names.Mesh,
        TrustDomain = _trustDomain,
        SvidLife = _mesh?.SvidLife?.Value,
        InFlight = _mesh?.InFlight?.Value,
        Retention = _mesh?.Retention?.Entry,
        BrokerLimits = _traffic.OfBroker().Entry,
        Webhooks = _mesh?.Webhooks?.Entry,
        Kafka = _mesh?.Kafka,
        Gateways = Gateways(),
        JwtProviders = JwtProviders(),
        Apps = [.. _resources.OfType<FunctionApp>().Select(App)],
        Routes = routes,
        Subscriptions = [.. _resources.OfType<Subscription>().Select(SubscriptionOf).OfType<SubscriptionEntry>()],
        Authorization = [.. _resources.OfType<AuthorizationPolicy>().SelectMany(Authorization)],
    });

    private ImmutableArray<GatewayEntry>? Gateways()
    {
        ImmutableArray<GatewayEntry> gateways = [.. _resources.OfType<Gateway>().Select(gateway => new GatewayEntry
        {
            Name = gateway.Name,
            Origin = gateway.Origin,
            Listeners = [.. gateway.Listeners.OrderBy(listener => listener.Name.Value, StringComparer.Ordinal).Select(listener => new ListenerEntry
            {
                Name = listener.Name.Value,
                Origin = listener.Origin,
                Port = listener.Port.Value,
                Hostname = listener.Hostname?.Value,
                Tls = listener.Tls,
            })],
        })];
        return gateways.IsEmpty ? null : gateways;
    }

    private ImmutableArray<JwtProviderEntry>? JwtProviders()
    {
        var seen = new Dictionary<string, Origin>(StringComparer.Ordinal);
        foreach (var provider in _resources.OfType<JwtProvider>())
        {
            if (!seen.TryAdd(provider.Issuer.Value, provider.Issuer.Origin))
                _diagnostics.Error(DiagnosticCodes.DuplicateName, provider.Issuer.Origin, $"there is already a JwtProvider of the issuer {Quoted.Text(provider.Issuer.Value)} at {seen[provider.Issuer.Value]}; keep one, with the audiences of both");
        }

        return seen.Count == 0 ? null : [.. _resources.OfType<JwtProvider>().Select(provider => provider.Entry)];
    }

    private Mesh? OnlyMesh(IEnumerable<Mesh> meshes)
    {
        Mesh? first = null;
        foreach (var mesh in meshes)
        {
            if (first is null)
                first = mesh;
            else
                _diagnostics.Error(DiagnosticCodes.SecondMesh, mesh.Origin, $"there is already the Mesh {Quoted.Text(first.Name)} at {first.Origin}; keep one");
        }

        return first;
    }

    private AppEntry App(FunctionApp app)
    {
        var way = _traffic.ForDirectCall(app.Name);
        var check = _traffic.CheckOf(app.Name);
        _ways.Add(new EffectiveWay { Kind = "FunctionApp", Name = app.Name, App = app.Name, Fields = [.. way.Fields, .. check.Fields] });
        return new AppEntry
        {
            Name = app.Name,
            Origin = app.Origin,
            Revisions = app.Revisions,
            Resilience = way.Resilience,
            HealthCheck = check.Entry,
            Traffic = [.. app.Traffic.Select(share => share.Value)],
        };
    }

    private RouteEntry Route(DelegatedRoute at) => Route(at, new Referrer(TargetKinds.NameOf(at.Route.Kind), at.Route.Namespace));

    private RouteEntry Route(DelegatedRoute at, Referrer from) => new()
    {
        Name = at.Route.Name,
        IsGrpc = at.Route is GrpcRoute ? true : null,
        Origin = at.Route.Origin,
        Parents = at.Parents,
        Hostnames = at.Hostnames,
        Delegated = at.Way.IsEmpty ? null : [.. at.Way.Select(step => new DelegationEntry(step.Route.Name, step.Rule.Name?.Value))],
        Rules = [.. at.Rules.Select(written => Rule(at, written.Rule, written.Index, from))],
    };

    private RouteRuleEntry Rule(DelegatedRoute at, HttpRouteRule rule, int index, Referrer from) => new()
    {
        Name = rule.Name?.Value,
        Origin = rule.Origin,
        Matches = rule.Matches,
        Filters = WithMirrors(rule.Filters, rule.Mirrors, from),
        Session = rule.Session is { } session ? new SessionEntry(session.Type, session.Name ?? $"session-{at.Route.Name}-{rule.Name?.Value ?? $"{index + 1}"}", session.AbsoluteTimeout, session.IdleTimeout, session.IsPermanent) : null,
        InvalidBackends = InvalidBackends(at.Route, rule.Backends, from),
        Backends = Backends(rule.Backends.Where(backend => !IsInvalid(backend, from)), from, at.Route.Name, rule.Name?.Value ?? $"{index + 1}", app => _traffic.ForCall(at.Route, rule, app, at.Way)),
    };

    private SubscriptionEntry? SubscriptionOf(Subscription subscription)
    {
        if (subscription.Sink is not { } sink) return null;
        RefuseUnreachable(sink);
        KafkaSubscriptions.Judge(subscription, _mesh?.Kafka, _diagnostics);
        var delivery = subscription.Delivery;
        var whole = _ways.Count;
        var backends = Backends(sink.Backends, new Referrer("Subscription", subscription.Namespace), subscription.Name, null, app => _traffic.ForDelivery(subscription.Name, app, delivery.Timeout));
        WayPolicy? outside = sink.Backends.IsEmpty ? _traffic.ForDelivery(subscription.Name, null, delivery.Timeout) : null;
        if (outside is { } away) _ways.Add(new EffectiveWay { Kind = "Subscription", Name = subscription.Name, Fields = away.Fields });
        var entry = new SubscriptionEntry
        {
            Name = subscription.Name,
            Origin = subscription.Origin,
            Source = subscription.Source,
            Types = subscription.Types,
            Filters = subscription.Filters,
            Sink = new SinkEntry { Backends = backends, Uri = sink.Uri, Resilience = outside?.Resilience, Webhook = sink.Webhook?.Entry },
            Delivery = new DeliveryEntry
            {
                Retry = delivery.Retry?.Value ?? Defaults.DeliveryRetry,
                BackoffPolicy = delivery.BackoffPolicy?.Value ?? BackoffPolicy.Exponential,
                BackoffDelay = delivery.BackoffDelay?.Value ?? Defaults.BackoffDelay,
                BackoffMax = delivery.BackoffMax?.Value ?? Defaults.BackoffMax,
                Timeout = outside?.Resilience.Request ?? backends.Max(backend => backend.Resilience.Request) ?? Defaults.DeliveryTimeout,
                Ordered = delivery.Ordered?.Value ?? true,
                DeadLetter = delivery.DeadLetter?.Value ?? true,
                BackoffJitter = delivery.BackoffJitter?.Value,
                RetryAfterMax = delivery.RetryAfterMax?.Value,
                Concurrency = delivery.Concurrency?.Value,
                Rate = delivery.Rate?.Value,
                Batch = delivery.Batch?.Value,
                DeduplicateWindow = delivery.DeduplicateWindow?.Value,
            },
            Topic = subscription.Topic?.Value,
            Start = subscription.Start?.Value,
            Paused = subscription.Paused?.Value is true ? true : null,
        };
        var timeouts = _ways.Skip(whole).Select(way => way.Fields[0]);
        var longest = backends.IsEmpty ? timeouts.FirstOrDefault() : timeouts.ElementAtOrDefault(backends.IndexOf(backends.MaxBy(backend => backend.Resilience.Request)!));
        var fields = DeliveryOrigins.Of(subscription, entry, longest ?? new EffectiveField("", "", null, null, null));
        _ways.Insert(whole, new EffectiveWay { Kind = "Subscription", Name = subscription.Name, Fields = fields });
        return entry;
    }

    /// <summary>What is refused at each delivery is better refused at once; what a name leads to only a look-up can tell.</summary>
    private void RefuseUnreachable(Sink sink)
    {
        if (!sink.Backends.IsEmpty || OutsideAddress.Fault(new Uri(sink.Uri), [.. (_mesh?.Webhooks?.Networks ?? []).Select(network => network.Range)]) is not { } what) return;
        _diagnostics.Error(DiagnosticCodes.InvalidSink, sink.UriOrigin, $"the sink's uri {Quoted.Text(sink.Uri)} leads to an address that is {what}, where nothing is delivered unless the Mesh names it in 'webhooks.networks'");
    }

    private ImmutableArray<BackendEntry> Backends(IEnumerable<BackendReference> written, Referrer from, string name, string? rule, Func<string, WayPolicy> policy)
    {
        var backends = ImmutableArray.CreateBuilder<BackendEntry>();
        foreach (var backend in written)
        {
            var (reference, weight, filters, _) = backend;
            if (_names.Backend(reference, from) is not { } way) continue;
            var (resilience, fields) = policy(way.App);
            backends.Add(new BackendEntry { App = way.App, Revision = way.Revision, Weight = weight, Resilience = resilience, Filters = WithMirrors(filters, backend.Mirrors, from) });
            _ways.Add(new EffectiveWay { Kind = from.Kind, Name = name, Rule = rule, App = way.App, Revision = way.Revision, Fields = fields });
        }

        return backends.ToImmutable();
    }

    /// <summary>A mirror that names nothing is warned of and left out: nobody depends on what it says.</summary>
    private FiltersEntry? WithMirrors(FiltersEntry? filters, ImmutableArray<MirrorReference> written, Referrer from)
    {
        if (filters is null || written.IsEmpty) return filters;
        var mirrors = ImmutableArray.CreateBuilder<MirrorEntry>();
        foreach (var (reference, numerator, denominator, fault) in written)
        {
            if (fault is not null || !_names.IsBackend(reference, from)) _names.WarnOfNoMirror(reference, from, fault);
            else if (numerator > 0 && _names.Backend(reference, from) is { } way)
                mirrors.Add(new MirrorEntry { App = way.App, Revision = way.Revision, Numerator = numerator, Denominator = denominator, Resilience = _traffic.ForDirectCall(way.App).Resilience });
        }

        return mirrors.Count == 0 ? filters : filters with { Mirrors = mirrors.ToImmutable() };
    }

    /// <summary>What names nothing takes its share of a route's calls with it: with the reference gone the others would get more than they were given.</summary>
    private ImmutableArray<InvalidBackendEntry>? InvalidBackends(HttpRoute route, ImmutableArray<BackendReference> written, Referrer from)
    {
        var invalid = written.Where(backend => IsInvalid(backend, from)).ToArray();
        foreach (var backend in invalid)
        {
            var fault = backend.IsRoute ? _delegations.Fault(route, backend) : backend.Fault;
            // That one agrees and still gets nothing is an error elsewhere.
            if (!backend.IsRoute || fault is not null) _names.WarnOfNoBackend(backend with { Fault = fault }, from);
        }

        return invalid.Length == 0 ? null : [.. invalid.Select(backend => new InvalidBackendEntry(backend.Reference.QualifiedFor(from).Value, backend.Weight))];
    }

    private bool IsInvalid(BackendReference backend, Referrer from) => backend.Fault is not null || backend.IsRoute || !_names.IsBackend(backend.Reference, from);

    private IEnumerable<AuthorizationEntry> Authorization(AuthorizationPolicy policy)
    {
        foreach (var principal in policy.Principals) WarnIfUnknown(principal, policy.Namespace);
        var from = new Referrer("AuthorizationPolicy", policy.Namespace);
        var rules = policy.Rules.Select(rule => rule with { From = [.. rule.From.Select(who => who with { Principals = who.Principals?.Select(principal => PrincipalOf(principal, policy.Namespace)).ToImmutableArray() })] }).ToImmutableArray();
        var targets = new HashSet<AuthorizationTarget>();
        foreach (var written in policy.Targets)
        {
            if (_names.Target(written, from) is not { } target) continue;
            if (!targets.Add(target))
                _diagnostics.Error(DiagnosticCodes.DuplicateName, written.Reference.Origin, "this target is named twice in one policy");
        }

        return targets
            .OrderBy(target => target.Kind).ThenBy(target => target.Name, StringComparer.Ordinal).ThenBy(target => target.Section, StringComparer.Ordinal)
            .Select(target => new AuthorizationEntry
            {
                Name = policy.Name,
                Origin = policy.Origin,
                Target = target,
                Action = policy.Action,
                DryRun = policy.IsDryRun ? true : null,
                Rules = rules,
            });
    }

    /// <summary>A bare <c>app/x</c> is an app of the policy's own namespace.</summary>
    private static string PrincipalOf(string written, string ns) =>
        ns != QualifiedName.Default && written.StartsWith("app/", StringComparison.Ordinal) ? $"ns/{ns}/{written}" : written;

    private void WarnIfUnknown(Written<string> principal, string ns)
    {
        if (principal.Value.EndsWith('*')) return;
        if ((principal.Value.StartsWith("app/", StringComparison.Ordinal) ? $"ns/{ns}/{principal.Value}" : principal.Value).Split('/') is not ["ns", var space, "app", var name]) return;
        var app = QualifiedName.Of(space, name);
        if (!_names.IsApp(app))
            _diagnostics.Warning(DiagnosticCodes.UnknownPrincipal, principal.Origin,
                $"there is no app {Quoted.Text(app)}, so nobody is {Quoted.Text(principal.Value)}{NearestName.Hint(app, _resources.OfType<FunctionApp>().Select(known => known.Name))}");
    }
}
