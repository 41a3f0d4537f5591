using System.Collections.Frozen;
using System.Collections.Immutable;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Faults;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Mirroring;
using FnMesh.Gateway.Sessions;
using FnMesh.Gateway.Tokens;
using FnMesh.Gateway.Webhooks;
using FnMesh.Policy;
using FnMesh.Policy.Compilation;
using FnMesh.Policy.Effective;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>Binds a policy snapshot and the endpoints of the moment into one table: names become references, patterns matchers, numbers machines.</summary>
internal sealed class RoutingTableBinder
{
    private readonly PolicySnapshot _policy;
    private readonly LiveState _live;
    private readonly Randomness _randomness;
    private readonly Instruments _instruments;
    private readonly TimeProvider _time;
    private readonly MemberClients? _members;
    private readonly Dictionary<string, AppEntry> _apps;
    private readonly Dictionary<(string App, string Revision), RevisionEndpoints> _endpoints;
    private readonly ILookup<(AuthorizationTargetKind, string, string?), AuthorizationEntry> _authorization;
    private readonly string _zone;
    private readonly SessionSeal? _seal;
    private readonly KeyAccess _keys;
    private readonly AccessTarget _mesh;
    private readonly Standings _standings;
    private readonly WebhookBinder _webhooks;

    private RoutingTableBinder(
        PolicySnapshot policy, EndpointSnapshot endpoints, LiveState live, Instruments instruments, Randomness randomness, TimeProvider time, MemberClients? members, string zone, SessionSeal? seal, WebhookOptions webhooks, KeyAccess keys)
    {
        (_policy, _live, _instruments, _randomness, _time, _members, _zone, _seal, _keys) = (policy, live, instruments, randomness, time, members, zone, seal, keys);
        _standings = live.Keep(nameof(Standings), () => new Standings());
        _webhooks = new WebhookBinder(policy, live, webhooks, time);
        _apps = policy.Apps.ToDictionary(app => app.Name);
        _endpoints = endpoints.Revisions.ToDictionary(revision => (revision.App, revision.Revision));
        _authorization = policy.Authorization.ToLookup(entry => (entry.Target.Kind, entry.Target.Name, entry.Target.Section));
        _mesh = Access("the mesh", (AuthorizationTargetKind.Mesh, string.Empty, null));
    }

    /// <exception cref="InvalidOperationException">An endpoint must prove an identity, and the gateway itself has none.</exception>
    public static RoutingTable Bind(
        PolicySnapshot policy, EndpointSnapshot endpoints, LiveState live, Instruments instruments, Randomness randomness, TimeProvider time, MemberClients? members = null, string zone = "", SessionSeal? seal = null, WebhookOptions? webhooks = null, KeyAccess? keys = null) =>
        new RoutingTableBinder(policy, endpoints, live, instruments, randomness, time, members, zone, seal, webhooks ?? WebhookOptions.Default, keys ?? KeyAccess.Default).Bind();

    private RoutingTable Bind() => Table(_policy.Subscriptions.ToFrozenDictionary(entry => entry.Name, Subscription));

    private RoutingTable Table(FrozenDictionary<string, SubscriptionBinding> subscriptions) => new()
    {
        Version = _policy.Hash,
        Edge = Routes("edge"),
        Ports = Ports(),
        Mesh = Routes("mesh"),
        Unrouted = UnroutedCalls.Of(_policy),
        Apps = _policy.Apps.ToFrozenDictionary(app => app.Name, app => new AppRoutes(app.Name, Attached(app.Name), Direct(app)), StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>(),
        Consumers = _policy.Routes
            .Where(route => route.Parents.Any(route.IsConsumerOf)).Select(route => route.Namespace).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(ns => ns, Consumer, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>(),
        Subscriptions = subscriptions,
        Webhooks = [.. subscriptions.Values.Where(binding => binding.Entry.Paused is not true).Select(binding => binding.Webhook).OfType<Webhook>()],
        HealthTargets = HealthTargets(),
        Tokens = Tokens(),
        MostInFlight = _policy.InFlight ?? LoadGate.Default,
        Publications = Limits(_policy.BrokerLimits),
        AsksForFunctions = _policy.Authorization.Any(entry => entry.Rules.Any(rule => rule.Operations.Any(operation => operation.Functions is not null))),
        IsReviewed = _policy.Authorization.Any(entry => entry.DryRun is true || entry.Action == AuthorizationAction.Audit),
        Broker = [_mesh, Access("the broker", (AuthorizationTargetKind.Broker, string.Empty, null))],
    };

    private RouteTable Routes(string parent, string? hostname = null) =>
        new([.. _policy.Routes.Where(route => route.Parents.Contains(parent) && !route.IsConsumerOf(parent)).SelectMany(route => Matches(route, hostname))]);

    /// <summary>A route whose rules match nothing, because it hands on all its calls, is attached all the same.</summary>
    private RouteTable? Attached(string app) => _policy.Routes.Any(route => route.Parents.Contains(app) && !route.IsConsumerOf(app)) ? Routes(app) : null;

    private ConsumerRoutes Consumer(string ns)
    {
        var routes = _policy.Routes.Where(route => route.Namespace == ns).ToArray();
        RouteTable On(string parent) => new([.. routes.Where(route => route.Parents.Contains(parent) && route.IsConsumerOf(parent)).SelectMany(route => Matches(route, listener: null))]);
        return new ConsumerRoutes(On("mesh"), _policy.Apps.Where(app => routes.Any(route => route.Parents.Contains(app.Name) && route.IsConsumerOf(app.Name))).ToFrozenDictionary(app => app.Name, app => On(app.Name), StringComparer.Ordinal));
    }

    private FrozenDictionary<int, HostTable<BoundListener>> Ports() => (_policy.Gateways ?? [])
        .SelectMany(gateway => gateway.Listeners, (gateway, listener) => (Name: ListenerEntry.ParentOf(gateway.Name, listener.Name), Entry: listener))
        .GroupBy(listener => listener.Entry.Port)
        .ToFrozenDictionary(port => port.Key, port => new HostTable<BoundListener>(
            [.. port.Select(listener => (listener.Entry.Hostname, new BoundListener(listener.Name, listener.Entry, Routes(listener.Name, listener.Entry.Hostname))))]));

    /// <summary>Where a call of the mesh goes that no route matches: to the app that it names.</summary>
    private RouteRule Direct(AppEntry app) => new()
    {
        Route = app.Name,
        Origin = app.Origin,
        Split = Split([new BackendEntry { App = app.Name, Weight = 1, Resilience = app.Resilience }]),
        Shares = _live.Keep(new DirectKey(app.Name), () => new ShareSequence(_randomness.NextDouble())),
        Instruments = _live.Keep(new DirectRouteKey(app.Name), () => _instruments.Route(app.Name)),
        Access = [_mesh],
    };

    private IEnumerable<(IReadOnlyList<string> Hosts, RouteMatch Match)> Matches(RouteEntry route, string? listener) => route.Rules
        .Select((entry, index) => (Entry: entry, Rule: Rule(route, entry, index)))
        .SelectMany(bound => bound.Entry.Matches, (bound, match) => ((IReadOnlyList<string>)HostnameIntersection.Of(listener, route.Hostnames)!.Value, new RouteMatch(match, bound.Rule)));

    private RouteRule Rule(RouteEntry route, RouteRuleEntry rule, int index) =>
        Rule(route, rule, index, new Split(Ways(rule.Backends), (rule.InvalidBackends ?? []).Sum(backend => (double)backend.Weight)));

    private SessionRule? Sessions(RouteRuleEntry rule, Split split) =>
        rule.Session is not { } entry ? null : new SessionRule(entry, SessionPath.Of(rule.Matches), split.Ways, _seal ?? throw new InvalidOperationException("a rule has sessions, and this gateway has no key for them"), _time);

    private RouteRule Rule(RouteEntry route, RouteRuleEntry rule, int index, Split split) => new()
    {
        Route = route.Name,
        Section = rule.Name ?? $"{index}",
        Origin = rule.Origin,
        Split = split,
        Filters = CallFilters.Of(rule.Filters),
        Mirrors = Mirrors(rule.Filters),
        Cors = CorsRules.Of(rule.Filters?.Cors),
        Invalid = rule.InvalidBackends is { } invalid ? string.Join(", ", invalid.Select(backend => backend.Name)) : null,
        Sessions = Sessions(rule, split),
        Shares = _live.Keep(new SharesKey(route.Kind, route.Name, rule.Name ?? $"{index}"), () => new ShareSequence(_randomness.NextDouble())),
        Instruments = _live.Keep(new RouteKey(route.Name), () => _instruments.Route(route.Name)),
        Access =
        [
            _mesh,
            .. (route.Delegated ?? []).Select(by => RouteAccess(AuthorizationTargetKind.HttpRoute, by.Route, by.Rule)),
            RouteAccess(route.Kind, route.Name, rule.Name),
        ],
    };

    private AccessTarget RouteAccess(AuthorizationTargetKind kind, string route, string? rule) =>
        Access($"{TargetKinds.NameOf(kind)} {route}", (kind, route, null), rule is null ? null : (kind, route, rule));

    private SubscriptionBinding Subscription(SubscriptionEntry entry)
    {
        var outside = entry.Sink.Backends.Length == 0;
        var webhook = outside ? _webhooks.Of(entry) : null;
        return new()
        {
            Webhook = webhook,
            Entry = entry,
            Matcher = EventMatcher.Compile(entry, _live.Keep(new FilterKey(entry.Name), () => _instruments.Filters(entry.Name))),
            Split = webhook is not null ? Outside(entry, webhook) : Split(entry.Sink.Backends),
            Target = outside ? new Uri(entry.Sink.Uri).PathAndQuery : entry.Sink.Uri,
            Access = [_mesh, .. outside ? NamespaceAccess(entry.Name) : [], Access($"Subscription {entry.Name}", (AuthorizationTargetKind.Subscription, entry.Name, null))],
        };
    }

    private Split Outside(SubscriptionEntry entry, Webhook webhook)
    {
        var uri = new Uri(entry.Sink.Uri);
        var backend = new Backend
        {
            App = uri.Authority,
            Endpoints = [EndpointOf(new Uri(uri.GetLeftPart(UriPartial.Authority)), null) with { Webhook = webhook }],
            WasReady = true,
            Instruments = Measured(uri.Authority, string.Empty),
            Access = [],
        };
        return new Split([(Way(backend, entry.Sink.Resilience!), 1)]);
    }

    private Split Split(ImmutableArray<BackendEntry> backends) => new(Ways(backends));

    private IEnumerable<(Way Way, double Weight)> Ways(ImmutableArray<BackendEntry> backends) => backends.SelectMany(entry =>
        Shares(entry).Select(share => (Way(Backend(entry.App, share.Revision), entry.Resilience, entry.Filters), entry.Weight * share.Part)));

    /// <summary>How a backend's own weight is shared between revisions; the shares add up to 1.</summary>
    private ImmutableArray<(string Revision, double Part)> Shares(BackendEntry backend)
    {
        if (backend.Revision is not null) return [(backend.Revision, 1)];
        var app = _apps[backend.App];
        return EffectiveShares.Of(app, revision => _endpoints.GetValueOrDefault((app.Name, revision)));
    }

    private Backend Backend(string app, string revision) => new()
    {
        App = app,
        Revision = revision,
        Endpoints = _endpoints.TryGetValue((app, revision), out var known) ? [.. known.Endpoints.Select(uri => EndpointOf(uri, Client(known.Identity), IsNear(known, uri)))] : [],
        Identity = known?.Identity,
        WasReady = known is { WasReady: true },
        Instruments = Measured(app, revision),
        Access = [.. NamespaceAccess(app), Access($"FunctionApp {app}", (AuthorizationTargetKind.FunctionApp, app, null))],
        Repeatable = RepeatableCalls.Of(CallsOf(app, revision)),
        Functions = CalledFunctions.Of(CallsOf(app, revision)),
    };

    private ImmutableArray<DeclaredCall>? CallsOf(string app, string revision) => _apps[app].Revisions.FirstOrDefault(entry => entry.Name == revision)?.Calls;

    /// <summary>What policies say of everything in the namespace of something; none where they say nothing.</summary>
    private AccessTarget[] NamespaceAccess(string qualified)
    {
        var target = (AuthorizationTargetKind.Namespace, QualifiedName.NamespaceOf(qualified), (string?)null);
        return _authorization.Contains(target) ? [Access($"Namespace {target.Item2}", target)] : [];
    }

    private bool IsNear(RevisionEndpoints revision, Uri address) =>
        _zone.Length > 0 && revision.Zones is { } zones && zones.Any(zone => zone.Endpoint == address && zone.Zone == _zone);

    private TokenGate? Tokens() => _policy.JwtProviders is not { } providers ? null : new TokenGate(
        [.. providers.Select(provider => _live.Keep(VerifierKey.Of(provider), () => new JwtVerifier(provider, _live.Keep(new KeysKey(provider.Name, provider.KeyAddress, provider.KeyFile, provider.Directory), () => _keys.Open(provider)), _time)))],
        _live.Keep(new TokensKey(), () => new TokenCache(_time)));

    private HealthTarget[] HealthTargets() =>
    [
        .. from app in _policy.Apps
           where app.HealthCheck is not null
           from revision in app.Revisions
           from endpoint in Backend(app.Name, revision.Name).Endpoints
           select new HealthTarget(endpoint, app.HealthCheck!),
    ];

    private Endpoint EndpointOf(Uri address, HttpMessageInvoker? client, bool isNear = false) => new(address, _live.Keep(new StateKey(address), () => new EndpointState(_standings, _time)), client, isNear);

    private HttpMessageInvoker? Client(string? identity) => identity is null
        ? null
        : _live.Keep(new ClientKey(identity), () => (_members ?? throw new InvalidOperationException($"an endpoint must prove to be {identity}, and this gateway has no identity itself")).Create(identity));

    private Way Way(Backend backend, ResilienceEntry resilience, FiltersEntry? filters = null) => new()
    {
        Backend = backend,
        Resilience = resilience,
        Filters = CallFilters.Of(filters),
        Mirrors = Mirrors(filters),
        Balancer = new Balancer(
            backend.Endpoints, resilience.Balancing ?? BalancingEntry.Default, _live.Keep(new TurnKey(backend.App, backend.Revision), () => new EndpointTurn()), _standings, _randomness),
        Budget = _live.Keep(new BudgetKey(backend.App, resilience.RetryBudget), () => new RetryBudget(resilience.RetryBudget, _time)),
        Breaker = resilience.CircuitBreaker is { } breaker
            ? _live.Keep(new BreakerKey(backend.App, backend.Revision, breaker), () => new CircuitBreaker(breaker, _time))
            : null,
        Limits = Limits(resilience.Limits),
        BodyLimit = resilience.Body is { } body ? new BodyLimit(body) : null,
        Fault = resilience.Fault is { } fault ? new WayFault(fault, backend.Name, _randomness) : null,
        Vacancy = Vacancy(backend),
        Failover = resilience.Balancing?.Failover is { } other ? Failover(backend, resilience, other) : null,
        Repeat = RetryPipeline.Of(resilience, _randomness, _time),
    };

    private WayLimits? Limits(LimitsEntry? limits) =>
        limits is null ? null : new WayLimits(limits, source => _live.Keep(new LimitKey(source.Target, limits.Per, limits.Header), () => new MeterTable(_time)));

    private Mirror[]? Mirrors(FiltersEntry? filters) => filters?.Mirrors is not { } mirrors ? null :
    [
        .. mirrors.Select(entry => new Mirror
        {
            Part = entry.Numerator / (double)entry.Denominator,
            Split = Split([new BackendEntry { App = entry.App, Revision = entry.Revision, Weight = 1, Resilience = entry.Resilience with { Balancing = entry.Resilience.Balancing is { } own ? own with { Failover = null } : null } }]),
            Calls = _live.Keep(new MirrorKey(entry.App, entry.Revision, IsCalls: true), () => new ShareSequence(_randomness.NextDouble())),
            Shares = _live.Keep(new MirrorKey(entry.App, entry.Revision, IsCalls: false), () => new ShareSequence(_randomness.NextDouble())),
            Busy = _live.Keep(new MirrorBusyKey(entry.App), () => new InFlightMeter()),
            Instruments = _live.Keep(new MirrorMeasuredKey(entry.App), () => _instruments.Mirror(entry.App)),
        }),
    ];

    private Vacancy? Vacancy(Backend backend)
    {
        if (backend.Revision is null) return null;
        var vacancy = _live.Keep(new VacancyKey(backend.App, backend.Revision), () => new Vacancy(_standings, _time));
        vacancy.Fill(backend.Endpoints);
        return backend.WasReady ? vacancy : null;
    }

    /// <summary>The other's way has the same resilience, and no failover of its own: nothing goes in circles.</summary>
    private Failover Failover(Backend backend, ResilienceEntry resilience, FailoverEntry other) => new(
        Split([new BackendEntry { App = other.App, Revision = other.Revision, Weight = 1, Resilience = resilience with { Balancing = resilience.Balancing! with { Failover = null } } }]),
        _live.Keep(new FailoverKey(backend.App, other), () => new ShareSequence(_randomness.NextDouble())));

    private RevisionInstruments Measured(string app, string revision) =>
        _live.Keep(new MeasuredKey(app, revision), () => _instruments.Revision(app, revision));

    private AccessTarget Access(string name, (AuthorizationTargetKind, string, string?) target, (AuthorizationTargetKind, string, string?)? section = null) =>
        new(name, section is null ? _authorization[target] : _authorization[target].Concat(_authorization[section.Value]), _policy.TrustDomain);

    private sealed record VerifierKey(JwtProviderEntry Provider, string Audiences, string Algorithms)
    {
        public static VerifierKey Of(JwtProviderEntry provider) => new(provider with { Audiences = [], Algorithms = [] }, Text(provider.Audiences), Text(provider.Algorithms));

        private static string Text(ImmutableArray<string> list) => string.Concat(list.Select(item => $"{item.Length}:{item}"));
    }

    private sealed record KeysKey(string Provider, string? Address, string? File, string? Directory);

    private sealed record TokensKey;

    private sealed record RouteKey(string Route);

    private sealed record DirectKey(string App);

    private sealed record DirectRouteKey(string App);

    private sealed record ClientKey(string Identity);

    private sealed record MeasuredKey(string App, string Revision);

    private sealed record SharesKey(AuthorizationTargetKind Kind, string Route, string Rule);

    private sealed record VacancyKey(string App, string Revision);

    private sealed record TurnKey(string App, string? Revision);

    private sealed record FailoverKey(string App, FailoverEntry Other);

    private sealed record StateKey(Uri Address);

    private sealed record FilterKey(string Subscription);

    private sealed record LimitKey(string Target, LimitPer Per, string? Header);

    private sealed record MirrorKey(string App, string? Revision, bool IsCalls);

    private sealed record MirrorBusyKey(string App);

    private sealed record MirrorMeasuredKey(string App);

    private sealed record BudgetKey(string App, RetryBudgetEntry Budget);

    private sealed record BreakerKey(string App, string? Revision, CircuitBreakerEntry Breaker);
}
